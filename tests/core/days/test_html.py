"""A report in HTML: what a browser makes of it, and what it never does."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import day_samples as d
from glimpsed.core.days import style
from glimpsed.core.days.html import page
from glimpsed.core.days.timeline import fitting
from glimpsed.core.days.wording import DASH
from glimpsed.core.sessions.model import SessionState

VOID = {"meta", "br"}
ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "footer",
        "section",
        "figure",
        "div",
    ),
    *("h1", "h2", "p", "dl", "dt", "dd", "small", "bdi", "strong", "span", "br", "ul", "ol", "li", "details"),
    *("summary", "table", "thead", "tbody", "tr", "th", "td"),
    *("svg", "desc", "g", "rect", "line", "text", "circle"),
}
ATTRIBUTES = {
    *(
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "role",
        "scope",
        "colspan",
        "tabindex",
    ),
    *("aria-label", "aria-labelledby", "aria-hidden", "viewbox", "preserveaspectratio"),
    *("x", "y", "x1", "x2", "y1", "y2", "width", "height", "rx", "cx", "cy", "r"),
}


class Seen(HTMLParser):
    """What a parser finds in a page: elements with attributes, and texts by element."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.styles, self.open, self.declared = [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        (self.styles if self.open[-1:] == ["style"] else self.texts).append(data)

    def handle_decl(self, decl):
        self.declared.append(decl)

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_pi = unknown_decl = handle_comment


DAYS = {
    "ordinary": d.ordinary_day(),
    "one session": d.made([d.work("14:12", 23, d.Workflow.CODING, "shop", d.CODE)]),
    "empty": d.made([]),
    "in passing": d.made([d.session("09:00", 0, applications=(d.Share("Slack", 0, 0.0),))]),
    "crowded": d.made(d.crowded()),
    "hostile": d.made(*d.hostile()),
    "travelling": d.made(d.travelling()[1], date=d.travelling()[0]),
    "worst": d.made(*d.worst(300)),
}
each = pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())


@each
def test_it_is_made_of_nothing_but_what_we_write(day):
    seen = Seen(page(day))
    assert {tag for tag, _ in seen.tags} <= ELEMENTS
    assert {name for _, attributes in seen.tags for name in attributes} <= ATTRIBUTES
    assert seen.declared == ["DOCTYPE html"]


@each
def test_it_needs_nothing_from_anywhere(day):
    seen = Seen(page(day))
    values = [value for _, attributes in seen.tags for value in attributes.values()]
    for value in (*values, *seen.styles):
        assert not re.search(r"https?:|//|url\(|@import|javascript:|data:|src\(|image\(", value), value


@each
def test_its_policy_admits_its_one_style_and_nothing_else(day):
    seen = Seen(page(day))
    (policy,) = [a["content"] for _, a in seen.tags if a.get("http-equiv") == "Content-Security-Policy"]
    (sheet,) = seen.styles
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    place = [tag for tag, _ in seen.tags].index("meta")
    assert [a.get("http-equiv") for _, a in seen.tags[place : place + 2]] == [None, "Content-Security-Policy"]
    assert ("meta", {"name": "referrer", "content": "no-referrer"}) in seen.tags


def test_what_a_screen_says_comes_out_as_it_is():
    """Every text of a hostile day, as it is in the day, is a text of the page."""
    day = DAYS["hostile"]
    texts = set(Seen(page(day)).texts)
    expected = [entry.title for entry in day.entries] + [entry.summary for entry in day.entries]
    expected += [spent.name for parts in (day.projects, day.applications) for spent in parts if spent.name]
    expected += [each.name for each in day.interrupters] + [task.title for task in day.tasks]
    expected += [step.text for entry in day.entries for step in entry.steps]
    expected += [step for habit in day.habits for step in habit.steps]
    assert len(expected) > 80
    assert [text for text in expected if text and text not in texts] == []


@given(st.text(max_size=300))
def test_whatever_a_title_is_it_is_text(title):
    day = d.made([d.session("09:00", 200, title=title, summary=title)])
    seen, plain = Seen(page(day)), day.entries[0].title
    assert {tag for tag, _ in seen.tags} <= ELEMENTS
    assert not plain or plain in seen.texts
    assert all(text.replace("\n", "").isprintable() for text in seen.texts)


@each
def test_whoever_does_not_see_it_is_told(day):
    text = page(day)
    seen = Seen(text)
    assert seen.tags[0] == ("html", {"lang": "en"})
    assert all(a.get("scope") in ("row", "col") for tag, a in seen.tags if tag == "th")
    pictures = [a for tag, a in seen.tags if tag == "svg"]
    ids = {a["id"] for _, a in seen.tags if "id" in a}
    for picture in pictures:
        told = picture.get("role") == "img" and set(picture["aria-labelledby"].split()) <= ids
        assert told or picture.get("aria-hidden") == "true"
    assert bool(day.entries) == any(a.get("role") == "img" for a in pictures)
    assert text.count("<h1>") == 1


@each
def test_what_is_drawn_is_within_the_picture(day):
    for tag, a in Seen(page(day)).tags:
        if tag == "svg" and a.get("class") == "day":
            _, _, width, height = map(float, a["viewbox"].split())
        elif tag == "rect" and "x" in a:
            assert 0 <= float(a["x"]) <= float(a["x"]) + float(a["width"]) <= width
            assert 0 <= float(a["y"]) <= float(a["y"]) + float(a["height"]) <= height
        elif tag == "circle":
            assert 0 <= float(a["cx"]) <= width


def test_the_timeline_has_a_bar_for_each_session_and_a_mark_for_each_interruption():
    seen = Seen(page(DAYS["ordinary"]))
    kinds = [a["class"].split()[0] for tag, a in seen.tags if tag == "g"]
    assert (kinds.count("bar"), kinds.count("mark"), kinds.count("break")) == (10, 6, 5)
    assert "09:06\N{EN DASH}10:24, 1 h 18 min active: Coding: shop" in seen.texts
    assert "Break, 12:34\N{EN DASH}13:31, 57 min" in seen.texts
    assert "Timeline of Monday, 2 March 2026" in seen.texts


def test_the_clock_that_changed_is_told():
    texts = Seen(page(DAYS["travelling"])).texts
    assert "The clock changed: UTC+2 → UTC+1" in texts
    assert "The clock changed: UTC+1 → UTC-5" in texts
    assert "01:00\N{EN DASH}02:10" in texts


@pytest.mark.parametrize(
    ("sessions", "today", "said"),
    [
        ([], d.LATER, "Nothing was seen on this day."),
        ([], d.DATE, "Nothing was seen on this day yet."),
        (
            [("09:00", 30)],
            d.DATE,
            "30 min active so far in 1 session, 09:00-09:30, with no breaks.",
        ),
        (
            [("09:00", 30), ("10:00", 0.3)],
            d.LATER,
            "30 min active in 2 sessions, 09:00-10:00, with 1 break.",
        ),
    ],
)
def test_it_says_how_the_day_was(sessions, today, said):
    made = d.made([d.session(start, long, number=i) for i, (start, long) in enumerate(sessions)], today=today)
    assert said.replace("-", DASH) in Seen(page(made)).texts


def test_what_is_left_out_is_said():
    texts = Seen(page(d.made(*d.worst(300)))).texts
    assert "100 shorter sessions not shown; all times include them." in texts
    assert "250 other tasks not shown." in texts
    assert "11980 other applications not shown." in texts
    assert "40 other patterns not shown." in texts
    assert "8 steps, 42 shorter ones not shown" in texts
    assert any(re.fullmatch(r"\d+ others", text) for text in texts)


@pytest.mark.parametrize(
    ("text", "letters", "shown"),
    [
        ("shop", 4, "shop"),
        ("shop", 3, "sh…"),
        ("設計書", 6, "設計書"),
        ("設計書", 5, "設…"),
        ("shop", 1, ""),
        ("", 0, ""),
    ],
)
def test_a_label_is_cut_to_its_room(text, letters, shown):
    assert fitting(text, letters) == shown


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_can_be_read_in_light_in_dark_and_on_paper():
    schemes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style.STYLE, re.DOTALL)
    ]
    assert len(schemes) == 3
    kinds = [kind.value.replace("_", "-") for kind in d.Workflow]
    for colours in schemes:
        pairs = [(ink, ground) for ink in ("ink", "soft") for ground in ("page", "card")]
        pairs += [("soft", "pause"), ("accent", "card")]
        pairs += [pair for kind in kinds for pair in ((kind, "card"), ("on-bar", kind))]
        for ink, ground in pairs:
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        assert contrast(colours["mark"], colours["card"]) >= 3


def test_every_kind_of_work_has_its_colour():
    for kind in d.Workflow:
        assert f".{kind.value} {{ fill: var(--{kind.value.replace('_', '-')})" in style.STYLE


def test_nobody_was_focused_where_nothing_was_read():
    texts = Seen(page(d.made([d.session("09:00", 30)]))).texts
    assert texts[texts.index("Focused") + 1] == "Not known"
    assert texts.count("Focused") == 1
    assert not any("%" in text and text != "100 %" for text in texts)


def test_focus_is_a_share_of_what_is_known():
    read = d.work("10:00", 30, d.Workflow.CODING, "shop", d.CODE, number=2)
    texts = Seen(page(d.made([d.session("09:00", 30), read]))).texts
    at = texts.index("Focused")
    assert texts[at + 1 : at + 3] == ["100 %", "30 min of 30 min that is known"]
    texts = Seen(page(DAYS["ordinary"])).texts
    at = texts.index("Focused")
    assert texts[at + 1 : at + 3] == ["73 %", "5 h 50 min of 8 h 00 min"]


@pytest.mark.parametrize(
    ("state", "awaited", "said"),
    [("open", 0, "still open"), ("open", 3, "still being read"), ("closed", 3, "")],
)
def test_an_open_session_says_what_it_waits_for(state, awaited, said):
    seen = d.session("09:00", 30, state=SessionState(state))
    text = page(d.made([msgspec.structs.replace(seen, awaited=awaited)]))
    assert [each for each in ("still open", "still being read") if each in text] == [said] * bool(said)


def test_a_pattern_says_when_it_was_followed_last():
    assert "14 times on 9 days, last on 2026-03-01" in Seen(page(DAYS["ordinary"])).texts
