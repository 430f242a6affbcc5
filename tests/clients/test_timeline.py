"""A day on a terminal, by its lines."""

import msgspec
import pytest

import day_samples as d
import wire_sample_day
from glimpse_client.cli.frame import _width
from glimpse_client.cli.timeline import lines
from glimpsed.api.days import day_view
from glimpsed.wire.days import SpentView

replace = msgspec.structs.replace


def text(day, columns=80):
    return [line.text.rstrip() for line in lines(day_view(day), columns)]


def test_an_ordinary_day_in_eighty_columns():
    shown = text(d.ordinary_day())
    assert shown[:4] == [
        "Monday, 2 March 2026",
        "8 h 00 min active in 10 sessions, 08:52-20:38",
        "",
        "08:52-09:06      14 min  #           Messages: Thunderbird",
    ]
    assert shown[4:6] == [
        "09:06-10:24  1 h 18 min  ########    Coding: shop",
        "                                     3 interruptions · Visual Studio Code, Term…",
    ]
    assert "10:33-10:52      19 min  break" in shown
    assert shown[shown.index("Projects") + 1 :][:3] == [
        "   3 h 49 min  ##########  shop"[1:],
        "   1 h 26 min  ####        tender"[1:],
        "   2 h 45 min  #######     not known"[1:],
    ]
    assert "          4x  Slack" in shown
    assert "  1 h 14 min  abandoned  Review the import of invoices" in shown
    at = shown.index("         14x  on 9 days: Reading mail > Coding in shop > Running the tests")
    assert shown[at + 1] == "              last on 2026-03-01"


def test_where_there_is_room_nothing_is_cut_and_where_there_is_none_bars_go():
    assert any(line.endswith("Terminal, Firefox") for line in text(d.ordinary_day(), 100))
    narrow = text(d.ordinary_day(), 50)
    assert "09:06-10:24  1 h 18 min  Coding: shop" in narrow
    assert not any("#" in line for line in narrow)


@pytest.mark.parametrize("columns", [1, 20, 40, 65, 66, 80, 200])
@pytest.mark.parametrize("name", ["ordinary", "hostile", "worst"])
def test_no_line_is_wider_than_the_terminal_or_commands_it(name, columns):
    day = {
        "ordinary": d.ordinary_day,
        "hostile": lambda: d.made(*d.hostile()),
        "worst": lambda: d.made(*d.worst(40)),
    }
    for line in lines(day_view(day[name]()), columns):
        assert line.text.isprintable()
        assert _width(line.text) <= columns


def test_what_a_daemon_did_not_make_harmless_is_harmless():
    entry = replace(wire_sample_day.DAY.entries[0], title="\x1b[31m\u202e", summary="\x07")
    day = replace(wire_sample_day.DAY, entries=[entry], projects=[SpentView("\x9b2J\r\n", 1, 1)])
    assert all(line.text.isprintable() for line in lines(day, 80))


def test_small_names_are_one_row_and_what_has_none_stays():
    parts = [SpentView(f"name {number}", 60_000 * (20 - number), 20 - number) for number in range(10)]
    parts += [SpentView("", 120_000, 2, names=4), SpentView("", 60_000, 1)]
    day = replace(wire_sample_day.DAY, projects=parts)
    shown = [line.text for line in lines(day, 60)]
    rows = shown[shown.index("Projects") + 1 :][:9]
    assert rows[6:] == ["      14 min  name 6", "      38 min  7 others", "       1 min  not known"]


@pytest.mark.parametrize(
    ("sessions", "today", "said"),
    [
        ([], d.LATER, "nothing was seen on this day"),
        ([], d.DATE, "nothing was seen on this day yet"),
        ([("09:00", 0.3)], d.DATE, "<1 min active so far in 1 session, 09:00-09:00"),
    ],
)
def test_it_says_how_the_day_was(sessions, today, said):
    made = d.made([d.session(start, long) for start, long in sessions], today=today)
    assert text(made)[1] == said


def test_what_was_seen_in_passing_has_no_bar():
    shown = text(
        d.made([d.session("09:00", 0, applications=(d.Share("Slack", 0, 0.0),), title="Various: a")])
    )
    assert shown[3:5] == [
        "09:00-09:00      <1 min              Various: a",
        "                                     Slack",
    ]
    assert "      <1 min              Slack" in shown


def test_times_are_those_of_the_wall_clock_then():
    date, sessions = d.travelling()
    shown = text(d.made(sessions, date=date))
    assert [line[:11] for line in shown if line[2:3] == ":"] == [
        "22:30-01:00",
        "01:00-02:10",
        "02:10-02:55",
        "21:00-21:50",
    ]


def test_what_is_left_out_is_said():
    shown = text(d.made(*d.worst(260)))
    assert "60 shorter sessions are not shown" in shown
    assert "  210 more" in shown


def test_where_nothing_was_read_nothing_is_known():
    shown = text(d.made([d.session("09:00", 30, interruptions=((3, ""),))]))
    for name in ("Projects", "Applications", "Activities", "Focus"):
        at = shown.index(name)
        assert shown[at + 1 : at + 3] == ["      30 min  ##########  not known", ""]
    assert "          1x  not known" in shown


@pytest.mark.parametrize(("awaited", "said"), [(0, "still open"), (3, "still being read")])
def test_an_open_session_says_what_it_waits_for(awaited, said):
    seen = d.session("09:00", 30, state=d.SessionState.OPEN)
    assert any(line.strip() == said for line in text(d.made([replace(seen, awaited=awaited)])))
