"""The screen of `glimpse top`, as lines: what is on it, and that it never outgrows the terminal."""

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wire_samples
from glimpse_client.cli.frame import Size, cut, frame, message, shortened

replace = msgspec.structs.replace
STATUS = wire_samples.STATUS
WIDE = Size(200, 100)

sizes = st.builds(Size, st.integers(0, 200), st.integers(0, 60))
texts = st.text(max_size=80)


def columns(text):
    wide = {"W": 2, "F": 2}
    return sum(0 if unicodedata.combining(c) else wide.get(unicodedata.east_asian_width(c), 1) for c in text)


def text_of(status, size=WIDE):
    return "\n".join(line.text for line in frame(status, size, "13:02:11"))


@pytest.mark.parametrize(
    "part",
    [
        "vision_only  constrained_16gb",
        "13:02:11",
        "running minicpm (screen) for 3.2 s of about 5.4 s  [###########.........]",
        "job       000000000002  describes editor.png",
        "6.0 of 14.0 GiB",
        "1.2 of 24.0 GiB",
        "context 8192 instead of 16384, leaves in 4.0 min",
        "oldest_wait",
        "ask (health) open: 3 of 4 calls failed, tried again in 21.0 s",
        "its breaker is open",
        "another process uses the GPU",
        "1 asked, the oldest for 2.1 s",
        "2 to describe, the oldest for 1.1 min",
        "5 until the queue is shorter",
        "4 that something stood in the way of, next try in 9.5 min",
        "3 failed (9 %), 1 tried again (3 %), cache hits 80 %",
        "ocr 32, vision 30",
        "file_to_ocr                 34     1.2 s  2.9 s  3.1 s",
        "stage since yesterday, UTC  count  p50",
    ],
)
def test_it_shows(part):
    assert part in text_of(STATUS)


def test_an_idle_daemon_without_models_has_a_short_screen():
    quiet = replace(
        STATUS,
        **{name: type(getattr(STATUS, name))() for name in ("slot", "calls")},
        **dict.fromkeys(("gpu_room", "gpu_used", "main_room", "main_used", "deferred", "put_off"), 0),
        **{name: [] for name in ("residents", "waiting", "breakers", "yielding", "alarms", "stages")},
        **{name: {} for name in ("missing", "rungs_last_hour")},
    )
    assert [line.split()[0] for line in text_of(quiet).splitlines()[1:]] == [
        "slot",
        "files",
        "calls",
        "results",
    ]


def test_a_breaker_that_is_closed_is_no_news():
    closed = replace(STATUS, breakers=[replace(STATUS.breakers[0], state="closed")])
    assert "calls failed, tried again" not in text_of(closed)


def test_a_session_that_is_told_is_no_screenshot():
    telling = replace(
        STATUS,
        slot=replace(STATUS.slot, role="session", shot=None, path=None),
        waiting=[replace(STATUS.waiting[1], kind="session", jobs=3)],
    )
    shown = text_of(telling)
    assert "job       000000000002  tells of a session\n" in shown
    assert "3 to tell of sessions, the oldest for 1.1 min" in shown
    assert "a screenshot" not in shown


def test_a_role_that_no_model_is_meant_for_is_not_missed():
    nobody = replace(STATUS, missing={"session": "no model has the role session"})
    assert "missing" not in text_of(nobody)


def test_what_is_wrong_is_coloured_and_comes_before_figures():
    lines = frame(STATUS, WIDE, "13:02:11")
    coloured = {line.text.split()[0]: line.colour for line in lines[1:] if line.colour}
    assert coloured == {"alarm": "red", "breaker": "red", "missing": "yellow", "yields": "yellow"}
    assert [line.colour for line in lines[6:10]] == ["red", "red", "yellow", "yellow"]


def test_a_small_screen_says_how_much_is_not_on_it():
    every = frame(STATUS, WIDE, "13:02:11")
    few = frame(STATUS, Size(80, 6), "13:02:11")
    assert len(few) == 6
    assert few[-1].text == f"... {len(every) - 5} more lines; q leaves"


def test_a_narrow_screen_has_no_bars():
    assert "[#" not in text_of(STATUS, Size(59, 50))
    assert "[#" in text_of(STATUS, Size(60, 50))


def test_a_run_that_takes_longer_than_predicted_fills_its_bar():
    slow = replace(STATUS, slot=replace(STATUS.slot, elapsed_ms=60_000))
    assert f"[{'#' * 20}]" in text_of(slow)


@given(texts, sizes)
def test_it_never_outgrows_the_screen_and_commands_nothing(text, size):
    status = replace(
        STATUS,
        version=text,
        slot=replace(STATUS.slot, model=text),
        residents=[replace(STATUS.residents[0], model=text, changed=[text])],
        missing={"ask": text},
        yielding=[text],
        rungs_last_hour={text: 1},
    )
    for lines in (frame(status, size, "13:02:11"), message(text, size, "13:02:11")):
        assert len(lines) <= size.lines
        for line in lines:
            assert columns(line.text) <= size.columns
            assert line.text.isprintable()


@pytest.mark.parametrize(
    ("text", "room", "left"),
    [
        ("abc", 2, "ab"),
        ("abc", 3, "abc"),
        ("abc", 0, ""),
        ("日本語", 4, "日本"),
        ("日本語", 5, "日本"),
        ("e\u0301a", 1, "e\u0301"),
    ],
)
def test_text_is_cut_by_columns(text, room, left):
    assert cut(text, room) == left


@pytest.mark.parametrize(
    ("text", "room", "left"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("ab cd", 4, "ab…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
    ],
)
def test_what_was_cut_says_so(text, room, left):
    assert shortened(text, room) == left
