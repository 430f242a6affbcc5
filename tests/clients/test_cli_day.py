"""`glimpse day` and `glimpse report` in their own process, against the real sockets."""

import stat

import msgspec
import pytest

import wire_sample_day
from answering import Answering
from glimpsed.core.errors import RequestError
from glimpsed.wire.days import DayReply, DayRequest, ReportReply, ReportRequest
from running_glimpse import as_json, glimpse, on_a_terminal, said

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x9b2J\r\u202egnp.exe\u2066\x00"


@pytest.fixture
def daemon():
    with Answering() as daemon:
        yield daemon


def test_day_is_a_timeline(daemon):
    text = said(glimpse(daemon.directory, "day", "2026-03-02", env={"COLUMNS": "80"}))
    for part in (
        "Monday, 2 March 2026\n1 h 59 min active in 4 sessions, 09:06-11:47\n",
        "09:06-10:26  1 h 18 min  ##########  Coding: shop\n",
        "10:26-11:06      40 min  break\n",
        "still being read · Zoom",
        "  1 h 18 min  ##########  code review",
        "2 more",
    ):
        assert part in text
    assert max(map(len, text.splitlines())) <= 80
    assert daemon.requests == [DayRequest(id="1", date="2026-03-02")]


def test_day_is_today_unless_told(daemon):
    fields = as_json(glimpse(daemon.directory, "day", "--json"))
    assert (fields["day"]["date"], fields["day"]["entries"][0]["title"]) == ("2026-03-02", "Coding: shop")
    said(glimpse(daemon.directory, "day", "yesterday"))
    assert [request.date for request in daemon.requests] == ["today", "yesterday"]


@pytest.mark.parametrize(
    "date", ["2026-02-30", "2026-W10-1", "20260302", "tomorrow", "", "-1", "2026-03-02 "]
)
@pytest.mark.parametrize("verb", ["day", "report"])
def test_what_is_no_date_is_not_asked_for(daemon, verb, date):
    assert (glimpse(daemon.directory, verb, date).returncode, daemon.requests) == (2, [])


def test_a_day_that_the_daemon_refuses(daemon):
    def refuse(_):
        raise RequestError("bad_request", "not in the calendar")

    daemon.answers[DayRequest] = refuse
    result = glimpse(daemon.directory, "day")
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"not in the calendar" in result.stderr


def test_colours_on_a_terminal_unless_somebody_minds(daemon):
    coloured = on_a_terminal(daemon.directory, "day", env={"TERM": "xterm"})
    assert b"\x1b[36mMonday, 2 March 2026" in coloured
    plain = on_a_terminal(daemon.directory, "day", env={"TERM": "xterm", "NO_COLOR": "1"})
    assert b"Monday, 2 March 2026" in plain
    assert b"\x1b" not in plain
    assert b"\x1b" not in glimpse(daemon.directory, "day").stdout


def test_text_from_a_screen_commands_no_terminal(daemon):
    entry = msgspec.structs.replace(wire_sample_day.DAY.entries[0], title=HOSTILE)
    day = msgspec.structs.replace(wire_sample_day.DAY, entries=[entry])
    daemon.answers[DayRequest] = lambda _: DayReply(day=day)
    daemon.answers[ReportRequest] = lambda r: ReportReply(
        date=r.date, format=r.format, text=f"# x\n{HOSTILE}\n"
    )
    for command in (("day",), ("report",), ("day", "--json"), ("report", "--json")):
        lines = said(glimpse(daemon.directory, *command)).splitlines()
        assert all(line.isprintable() for line in lines)


def test_report_prints_the_document(daemon):
    text = said(glimpse(daemon.directory, "report", "2026-03-02", "--format", "html"))
    assert text == wire_sample_day.DOCUMENT
    said(glimpse(daemon.directory, "report"))
    assert daemon.requests == [
        ReportRequest(id="1", date="2026-03-02", format="html"),
        ReportRequest(id="1", date="today", format="markdown"),
    ]
    fields = as_json(glimpse(daemon.directory, "report", "--json"))
    assert (fields["date"], fields["text"]) == ("2026-03-02", wire_sample_day.DOCUMENT)
    assert glimpse(daemon.directory, "report", "--format", "pdf").returncode == 2


def test_report_writes_a_file_that_only_its_owner_can_read(daemon, tmp_path):
    file = tmp_path / "day.html"
    file.write_text("an older one")
    file.chmod(0o644)
    daemon.answers[ReportRequest] = lambda r: ReportReply(date=r.date, format=r.format, text="<p>é\n")
    result = glimpse(daemon.directory, "report", "yesterday", "--format", "html", "--output", str(file))
    assert (said(result), result.stderr.decode()) == ("", f"wrote {file}\n")
    assert file.read_bytes() == "<p>é\n".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    assert said(glimpse(daemon.directory, "report", "--output", "-")) == "<p>é\n"


@pytest.mark.parametrize("place", ["directory", "link", "missing/day.html"])
def test_what_cannot_be_replaced_is_left_alone(daemon, tmp_path, place):
    (tmp_path / "directory").mkdir()
    (tmp_path / "target").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    before = sorted(tmp_path.iterdir())
    result = glimpse(daemon.directory, "report", "--output", str(tmp_path / place))
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"no file that could be replaced" in result.stderr or b"cannot write" in result.stderr
    assert (sorted(tmp_path.iterdir()), (tmp_path / "target").read_text()) == (before, "kept")
