"""A report in Markdown: what a parser of CommonMark with tables makes of it."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import day_samples as d
from glimpsed.core.days.markdown import literal, page

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
INLINE = {"text", "text_special", "em_open", "em_close"}
BLOCKS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    *(f"{part}_{end}" for part in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")),
}


def blocks(text):
    return PARSER.parse(text)


def texts(tokens):
    """The text of each place where there is some, as it is shown."""
    return ["".join(part.content for part in token.children) for token in tokens if token.type == "inline"]


def days():
    yield "ordinary", d.ordinary_day()
    yield "empty", d.made([])
    yield "hostile", d.made(*d.hostile())
    yield "crowded", d.made(d.crowded())


@pytest.mark.parametrize("day", [pytest.param(day, id=name) for name, day in days()])
def test_it_is_made_of_nothing_but_what_we_write(day):
    tokens = blocks(page(day))
    assert {token.type for token in tokens} <= BLOCKS
    assert {part.type for token in tokens for part in token.children or ()} <= INLINE
    tables = [len([t for t in tokens if t.type == kind]) for kind in ("table_open", "thead_open")]
    assert tables[0] == tables[1] == page(day).count("\n| ---")
    assert not day.entries or tables[0] >= 5


def test_what_a_screen_says_comes_out_as_it_is():
    day = d.made(*d.hostile())
    shown = texts(blocks(page(day)))
    expected = [entry.title for entry in day.entries] + [task.title for task in day.tasks]
    expected += [spent.name for parts in (day.projects, day.applications) for spent in parts if spent.name]
    assert [text for text in expected if text not in shown] == []
    assert [
        text for text in (each.summary for each in day.entries) if not any(text in said for said in shown)
    ] == []


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=80))
@example("- a")
@example("+ a")
@example("=")
@example("12) a")
@example("www.example.org mailto:a@b.c http://x")
@example("|a|")
def test_any_text_is_shown_as_it_is(text):
    text = " ".join(text.split())
    if text.isprintable() and text:
        for document in (f"{literal(text)}\n", f"- x: {literal(text)}\n", f"a\n{literal(text)}\n"):
            tokens = blocks(document)
            assert {part.type for token in tokens for part in token.children or ()} <= {*INLINE, "softbreak"}
            assert {token.type for token in tokens} <= BLOCKS
            assert texts(tokens)[-1].endswith(text)
        (*_, cell) = texts(blocks(f"| a | b |\n| --- | --- |\n| x | {literal(text)} |\n"))
        assert cell == text


def test_nothing_becomes_a_link_where_addresses_do():
    text = literal("see https://example.org/a www.example.org a@example.org mailto:a@b.c")
    assert "://" not in text.replace("\\://", "")
    assert "www." not in text
    assert "@" not in text.replace("\\@", "")
    assert texts(PARSER.parse(text)) == [
        "see https://example.org/a www.example.org a@example.org mailto:a@b.c"
    ]


def test_the_same_day_is_the_same_text():
    lines = page(d.ordinary_day()).splitlines()
    assert lines[:4] == [
        "# Monday, 2 March 2026",
        "",
        "8 h 00 min active in 10 sessions, 08:52\N{EN DASH}20:38, with 5 breaks.",
        "",
    ]
    assert "| 10:33\N{EN DASH}10:52 | 19 min | *Break* |  |  |" in lines
    assert "| 08:52\N{EN DASH}09:06 | 14 min | Messages: Thunderbird | Thunderbird | Focused |" in lines
    assert "- Weekly planning → Coding in shop: 4 times on 4 days, last on 2026-02-23" in lines
    assert page(d.ordinary_day()).splitlines() == lines


def test_what_is_left_out_is_said():
    text = page(d.made(*d.worst(300)))
    assert "100 shorter sessions not shown; all times include them." in text
    assert "250 other tasks not shown." in text
    assert "11980 other applications not shown." in text
    assert "40 other patterns not shown." in text


def test_an_empty_day_is_two_lines():
    assert page(d.made([])) == "# Monday, 2 March 2026\n\nNothing was seen on this day.\n"


def test_where_nothing_was_read_nothing_is_known():
    lines = page(d.made([d.session("09:00", 30)])).splitlines()
    assert lines.count("| Not known | 30 min |") == 4
    assert lines[8].endswith("|  | Not known |")
    assert "Focused" not in "".join(lines)


@pytest.mark.parametrize(("awaited", "said"), [(0, "still open"), (3, "still being read")])
def test_an_open_session_says_what_it_waits_for(awaited, said):
    seen = d.session("09:00", 30, state=d.SessionState.OPEN, title="Coding: shop")
    assert f"Coding: shop ({said}) |" in page(d.made([msgspec.structs.replace(seen, awaited=awaited)]))
