"""What holds of the rules whatever a screen shows, and of the tables they are made of."""

import sys
from collections import Counter
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.model import ApplicationType, Description, PictureText, TextLine
from glimpsed.core.rules import describe, minimum
from glimpsed.core.rules.folding import alike, fold
from glimpsed.core.rules.index import CUES, MARKS, TITLES, named
from glimpsed.core.rules.known import APPLICATIONS
from glimpsed.core.rules.known.websites import WEBSITES
from glimpsed.core.rules.screen import MAX_LENGTH, MAX_LINES, MAX_TEXT, Screen
from screen_layouts import HEIGHT, WIDTH, grid, line, menu, screen

SEEN = (
    "File|Edit View|Cancel|OK|\u00d7|A|B|C|1|2|3|D2:D30|Activities|Terminal|-|a.xIsx — LibreOffice Calc|"
    "x - Google Chrome|https://a.example.com/b|ada@mill:~$ ls|C:\\>dir|KeyError: 'a'|Save changes?|"
    "github.com/a/b|a@example.com|2026-03-04|$ |\u276f|------"
)
TELLING = st.sampled_from(SEEN.split("|"))
EDGES = st.integers(-(10**6), 10**6)
LINES = st.builds(
    TextLine,
    st.one_of(TELLING, st.text(max_size=40), st.lists(TELLING, max_size=5).map(" ".join)),
    st.tuples(
        st.integers(-50, 1400), st.integers(-50, 900), EDGES | st.integers(0, 300), EDGES | st.integers(0, 40)
    ),
    st.floats(allow_nan=False) | st.floats(0, 1),
)
TEXTS = st.builds(PictureText, st.lists(LINES, max_size=60).map(tuple), st.just("drawn"))


def assert_bounded(result: Description):
    assert len(result.application) <= 80
    assert len(result.window_title) <= 200
    assert len(result.task) <= 200
    assert len(result.summary) <= 400
    assert len(result.entities) <= 20
    assert all(0 < len(entity.text) <= 200 for entity in result.entities)
    assert 0.0 <= result.confidence <= 1.0
    for text in (result.application, result.window_title, result.task, result.summary):
        assert text == " ".join(text.split())


@settings(max_examples=300, deadline=None)
@given(TEXTS, EDGES, EDGES, st.text(max_size=60))
def test_any_screen_is_described_within_bounds_and_always_the_same(text, width, height, file_name):
    result = describe(text, width, height, file_name=file_name)
    assert_bounded(result)
    assert result.summary
    assert describe(text, width, height, file_name=file_name) == result
    assert len({(entity.kind, entity.text) for entity in result.entities}) == len(result.entities)


@given(st.text())
def test_any_file_name_is_survived(file_name):
    assert_bounded(minimum(file_name))


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(20)))
def test_the_order_in_which_lines_were_read_does_not_matter_for_the_application(order):
    drawn = [line("budget.ods — LibreOffice Calc", 24, 4), *menu("File|Edit|View|Insert|Format"), *grid()]
    shuffled = PictureText(tuple(drawn[i] for i in order), "drawn")
    assert describe(shuffled, WIDTH, HEIGHT).application == "LibreOffice Calc"


@pytest.mark.parametrize(
    "text",
    [
        "a." * 200,
        "A-" * 150,
        "/" * 300,
        "File" * 75,
        "x@" * 150,
        "((" * 150,
        "a.b/" * 75,
        "0" * 300,
        "\\a" * 150,
        "user@host:~/x$ " * 20,
        "File Edit main.py error: https://a.example.com/b Save changes? Visual Studi0 Cod - Terminal",
        "Firefox " + "1.2 " * 18,
        "Inbox",
        "Chats",
        "12:31 <ann> " + "x" * 200,
        "ab - cd — ef | " * 20,
    ],
)
@pytest.mark.parametrize("column", [300, 1900], ids=["columns", "rows"])
@pytest.mark.timeout(30)  # which an expression that backtracks would take many times over
def test_hostile_text_costs_no_more_than_much_text(text, column):
    def crowded(count):
        boxes = [(column * i % 1800, 4 * (column * i // 1800), min(column, 900), 10) for i in range(count)]
        return PictureText(tuple(TextLine(f"{text} {i}", box, 1.0) for i, box in enumerate(boxes)), "drawn")

    assert_bounded(describe(crowded(3000), WIDTH, HEIGHT))
    much, more = (calls(partial(describe, crowded(count), WIDTH, HEIGHT)) for count in (750, 3000))
    assert more < 1.2 * much < 600_000


def calls(work):
    """How many functions are called for a piece of work: a measure that no other program changes."""
    count = 0

    def seen(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_what_is_looked_at_is_bounded():
    lines = [TextLine("word " * 100, (0, 4 * y, 900, 3), 1.0) for y in range(2 * MAX_LINES)]
    looked_at = Screen(PictureText(tuple(lines), "drawn"), WIDTH, HEIGHT).lines
    assert all(len(line.text) <= MAX_LENGTH for line in looked_at)
    assert sum(len(line.text) for line in looked_at) <= MAX_TEXT
    short = PictureText(tuple(TextLine("word", (0, 4 * y, 90, 3), 1.0) for y in range(5000)), "drawn")
    assert len(Screen(short, WIDTH, HEIGHT).lines) == MAX_LINES


@given(st.sampled_from(sorted(TITLES)), st.data())
def test_a_name_that_is_alike_is_found_as_if_every_name_had_been_tried(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    misread = name[:at] + data.draw(st.sampled_from("zq0")) + name[at + 1 :]
    if len(misread) >= 8 and fold(misread) == misread and misread not in TITLES:
        tried = {app.name for other, app in TITLES.items() if len(other) >= 8 and alike(other, misread)}
        found = named(misread)
        assert (found is None) == (not tried)
        assert found is None or found.name in tried


def test_a_crowded_screen_is_no_more_work_than_it_has_words():
    words = "paid += order.amount if order.paid else 0"
    screens = (
        screen([line(words[: 10 + y % 30], 40 + 600 * (y % 2), 4 * y) for y in range(rows)])
        for rows in (100, 200)
    )
    few, many = (calls(partial(describe, shown, WIDTH, HEIGHT)) for shown in screens)
    assert many < 2.2 * few
    assert many < 200_000


@pytest.mark.parametrize("app", [a for a in APPLICATIONS if a.name], ids=lambda a: a.name)
def test_a_title_bar_names_every_known_application(app):
    for name in (app.name, *filter(None, app.titles.split("|"))):
        result = describe(screen(line(f"mills — {name}", 300, 4)), WIDTH, HEIGHT)
        assert result.window_title == f"mills — {name}"
        assert fold(name) in {
            fold(n) for a in APPLICATIONS if a.name == result.application for n in _names(a)
        }


def _names(app):
    return (app.name, *app.titles.split("|"))


def test_a_phrase_speaks_for_one_application_only_and_is_long_enough_to_be_no_accident():
    uses = Counter(cue for cues in CUES.values() for cue in cues)
    assert [cue for cue, count in uses.items() if count > 1] == []
    assert [cue for cue in uses if len(cue) < 9] == []
    assert all(len(mark) >= 5 and " " not in mark for marks in MARKS.values() for mark in marks)


def test_the_tables_hold_no_application_twice():
    for names in ([a.name for a in APPLICATIONS], [s.name for s in WEBSITES]):
        assert [name for name, count in Counter(names).items() if count > 1] == []
    assert all(app.kind is not ApplicationType.UNKNOWN and len(app.name) <= 80 for app in APPLICATIONS)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Libre0ffice Ca1c", "LibreOffice Calc"),
        ("LibreOfficeCalc", "LibreOffice Calc"),
        ("VisuaI Studio Code", "Visual Studio Code"),
        ("Terrninal", "Terminal"),
        ("Aktivitäten", "Aktivitaten"),
    ],
)
def test_readings_that_fold_into_one(read, meant):
    assert fold(read) == fold(meant)


@given(st.text(alphabet="abcdefgh", min_size=8, max_size=20), st.data())
def test_one_wrong_character_in_eight_is_forgiven(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    assert alike(text, text[:at] + "z" + text[at + 1 :])
    assert alike(text, text[:at] + text[at + 1 :]) or len(text) == 8
    assert not alike("z" * len(text), text)
