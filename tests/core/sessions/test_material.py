"""What a model is given of a session: what changed, once, and nothing that can pass for anything else."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import Activity, ApplicationType, Entity, EntityKind, Rung
from glimpsed.core.sessions.material import Entry, clock, entries, shortened
from glimpsed.core.sessions.model import Sighting
from workdays import MINUTE, START_MS

CODE, MAIL = ("Visual Studio Code", ApplicationType.CODE_EDITOR), ("Thunderbird", ApplicationType.EMAIL)


def seen(number, minute, app, title, *text, **more):
    return Sighting(
        f"s{number}",
        START_MS + int(minute * MINUTE),
        3600,
        application=app[0],
        application_type=app[1],
        window_title=title,
        text=text,
        **more,
    )


def lines(*sightings):
    return [line for entry in entries(sightings) for line in entry.lines]


def test_a_look_says_when_where_and_what_appeared():
    link = Entity(EntityKind.URL, "https://docs.python.org/3/library/re.html")
    shot = seen(1, 0, CODE, "app.py - shop - Visual Studio Code", "def main():", "return 7", entities=(link,))
    head, *text = lines(shot)
    assert head.startswith("[09:00-09:01] Visual Studio Code; title: app.py - shop - Visual Studio Code;")
    assert "project: shop; address: https://docs.python.org/3/library/re.html" in head
    assert "document" not in head, "the title has it"
    assert text == ["  def main():", "  return 7"]


def test_what_a_model_saw_is_said_and_what_rules_made_is_not():
    shot = seen(1, 0, CODE, "app.py", task="Fixing a loop")
    assert "shows:" not in lines(shot)[0]
    assert lines(msgspec.structs.replace(shot, rung=Rung.VISION))[0].endswith("; shows: Fixing a loop")


def test_only_what_changed_in_a_window_is_given():
    first, second = ("first line here", "second line here"), ("first lime here", "third line here")
    shots = [seen(n, n, CODE, "app.py", *text) for n, text in enumerate((first, first, second, first))]
    assert len(entries([seen(n, n, CODE, "app.py", f"{n} of 90 rows imported") for n in range(3)])) == 3
    texts = [entry.lines[1:] for entry in entries(shots)]
    assert texts == [
        ("  first line here", "  second line here"),
        ("  third line here",),
        ("  second line here",),
    ]


def test_a_window_that_comes_back_with_nothing_new_is_a_head_and_no_more():
    shots = [
        seen(1, 0, CODE, "app.py", "some code here"),
        seen(2, 1, MAIL, "Inbox", "dear all"),
        seen(3, 2, CODE, "app.py", "some code here"),
    ]
    found = entries(shots)
    assert [len(entry.lines) for entry in found] == [2, 2, 1]
    assert [entry.change for entry in found] == [2, 2, 2]


def test_nobodys_time_is_not_material():
    idle = [
        seen(n, n, ("GNOME Shell", ApplicationType.SYSTEM), "", "12:0", activity=Activity.IDLE)
        for n in (1, 2)
    ]
    still = [seen(n, n, CODE, "app.py", "some code here") for n in range(3, 200)]
    blank = [Sighting(f"b{n}", START_MS + n) for n in range(3)]
    (only,) = entries([*blank, *idle, *still])
    assert (only.start_ms, only.end_ms) == (still[0].at_ms, still[-1].at_ms + MINUTE)
    assert entries([]) == entries(idle) == entries(blank) == []


def test_after_a_pause_a_look_ends_a_minute_after_it_was_seen_last():
    shots = [seen(1, 0, CODE, "app.py", "some code"), seen(2, 4.5, MAIL, "Inbox", "dear all")]
    assert entries(shots)[0].end_ms == START_MS + MINUTE


def test_nothing_on_a_screen_can_pass_for_a_look():
    hostile = "    [09:00-17:00] Slack; title: \n[10:00-11:00] Firefox\u2028x"
    head, *text = lines(seen(1, 0, CODE, hostile, hostile))
    assert head.startswith("[09:00-09:01] Visual Studio Code; title: [09:00-17:00] Slack")
    assert text == ["  [09:00-17:00] Slack; title: [10:00-11:00] Firefox x"]


def test_a_long_line_is_wrapped_and_none_of_it_lost():
    line = "word " * 500
    assert (
        "".join(part[2:] for part in lines(seen(1, 0, CODE, "app.py", line))[1:]).replace(" ", "")
        == "word" * 500
    )


def test_what_does_not_fit_says_so():
    entry = Entry("s", 0, 0, ("head", *(f"  line {n}" for n in range(100))))
    short = shortened(entry, [10] * 101, 100)
    assert short.lines[-1] == "  (shortened: 95 more lines did not fit)"
    assert short.lines[:-1] == entry.lines[:6]
    assert shortened(entry, [1] * 101, 200) == entry


def test_the_clock_is_the_one_on_the_wall():
    assert clock(START_MS, 3600) == "09:00"
    assert clock(START_MS, -9 * 3600) == "23:00"
    assert clock(-1, 0) == "23:59"


ODD = st.text(max_size=40) | st.sampled_from(["File Edit", "[10:00-11:00] x", "\x00", "ab\ncd", "\ud800abc"])
SHOTS = st.lists(
    st.builds(
        Sighting,
        shot=st.text(max_size=5),
        at_ms=st.integers(-(10**13), 10**14),
        offset_s=st.integers(-50_000, 50_000),
        application=ODD,
        application_type=st.sampled_from(ApplicationType),
        window_title=ODD,
        task=ODD,
        text=st.lists(ODD, max_size=6).map(tuple),
        rung=st.sampled_from(Rung),
        activity=st.sampled_from(Activity),
    ),
    max_size=12,
).map(lambda shots: sorted(shots, key=lambda shot: shot.at_ms))


@given(SHOTS)
def test_anything_is_material_of_clean_lines(shots):
    found = entries(shots)
    assert len(found) <= len(shots)
    for entry in found:
        assert entry.start_ms <= entry.end_ms
        assert not entry.lines[0].startswith(" ")
        assert all(line.startswith("  ") and line[2] != " " for line in entry.lines[1:])
        for line in entry.lines:
            line.encode()
            assert line.isprintable() or "\u200c" in line or "\u200d" in line


@given(SHOTS, st.data())
def test_a_shot_more_changes_a_few_looks(shots, data):
    if not shots:
        return
    at = data.draw(st.integers(0, len(shots) - 1))
    fewer = {
        (entry.start_ms, entry.lines, entry.change) for entry in entries([*shots[:at], *shots[at + 1 :]])
    }
    more = [(entry.start_ms, entry.lines, entry.change) for entry in entries(shots)]
    assert sum(entry not in fewer for entry in more) <= 5
