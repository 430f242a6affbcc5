"""What words tell: furniture of an application and jargon nothing, words of one matter that it is one."""

import random

import msgspec
import pytest

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.identity import face
from glimpsed.core.sessions.lexicon import Lexicon, compared
from glimpsed.core.sessions.model import Reason, Sighting
from glimpsed.core.sessions.segmenting import segment

FURNITURE = [f"furni{chr(97 + n)}{chr(97 + n)}" for n in range(12)]
"""What every page shows: sides and bars, names of colleagues, words of the trade."""

LETTERS = "bdfgkmpqvwxz"


def words_of(matter):
    """Sixty words that no other matter has."""
    return [f"{matter}{a}{b}" for a in LETTERS for b in LETTERS[:5]]


def page(matter, number, chance=None):
    """The text of a page of a matter, which shows some of its words."""
    chance = chance or random.Random(f"{matter}{number}")
    return (*FURNITURE, *chance.sample(words_of(matter), 24))


def sheet(matter, number, at_ms=0, title=None):
    return Sighting(
        f"{at_ms:09}",
        at_ms,
        application="Gnumeric",
        application_type=Kind.SPREADSHEET,
        window_title=f"{matter} {number + 22}.ods - Gnumeric" if title is None else title,
        text=page(matter, number),
    )


def learnt(*pages):
    lexicon = Lexicon()
    return [lexicon.shown(face(each)) for each in pages]


def test_what_all_pages_show_tells_nothing_and_what_some_share_does():
    seen = learnt(*(sheet(matter, n) for matter in ("orchard", "glacier", "trumpet") for n in (1, 2)))
    assert compared(seen[4], seen[5])[0] > 0.5
    assert compared(seen[2], seen[3])[0] > 0.5
    assert compared(seen[3], seen[4]) == (0.0, pytest.approx(1.0))
    assert compared(seen[1], seen[4]) == compared(seen[4], seen[1])


def test_one_matter_all_along_does_not_become_furniture():
    seen = learnt(*(sheet("orchard", n % 4) for n in range(200)))
    assert compared(seen[-1], seen[-2])[0] > 0.3
    assert compared(seen[-1], seen[-2])[1] == 0.0


def test_a_misread_title_makes_no_other_page():
    titles = [f"orchard 23.0d{letter} - Gnumeric" for letter in LETTERS]
    misread = learnt(*(sheet("orchard", n, title=t) for n, t in enumerate(titles)), sheet("glacier", 1))
    plain = learnt(sheet("orchard", 1), sheet("glacier", 1))
    shared = next(iter(plain[1].telling - set(words_of("glacier"))))
    assert misread[-1].weights[shared] == pytest.approx(plain[-1].weights[shared])


def test_a_screen_without_words_tells_nothing():
    bare, full = learnt(Sighting("a", 0), sheet("orchard", 1))
    assert compared(bare, full) == (0.0, 0.0)


@pytest.mark.parametrize("titled", [True, False])
def test_projects_in_one_application_full_of_furniture_are_told_apart(titled):
    shots, began = [], []
    for matter in ("orchard", "glacier", "trumpet", "orchard"):
        began.append(len(shots))
        for n in range(60):
            at = len(shots) * 20_000
            shots.append(sheet(matter, n // 6 % 3, at, None if titled else ""))
    found = segment(shots)
    assert [s.boundary.at_ms // 20_000 for s in found] == began
    assert all(Reason.TOPIC in s.boundary.reasons or Reason.IDENTITY in s.boundary.reasons for s in found[1:])


def test_a_shot_that_was_not_read_begins_nothing():
    shots = [sheet("orchard", n % 3, n * 20_000) for n in range(40)]
    shots += [Sighting("unread", 40 * 20_000), sheet("orchard", 1, 41 * 20_000)]
    shots += [sheet("glacier", n % 3, n * 20_000) for n in range(42, 90)]
    assert [s.boundary.at_ms for s in segment(shots)] == [0, 42 * 20_000]


def test_what_one_site_draws_tells_nothing_there():
    """A help desk among many other windows: most pages have not its words, all of its own have."""
    bars = tuple(f"desk{a}{b}" for a in LETTERS[:6] for b in LETTERS[:3])

    def ticket(matter, number):
        seen = sheet(matter, number, title=f"#{number}{matter} - Firefox")
        return Sighting(
            "t",
            0,
            application="Firefox",
            application_type=Kind.WEB_BROWSER,
            window_title=seen.window_title,
            text=(*bars, *page(matter, number)[len(FURNITURE) :]),
        )

    others = [sheet(matter, n) for matter in ("harvest", "lantern", "compass") for n in range(6)]
    tickets = [ticket(matter, n) for n in (11, 22, 33) for matter in ("orchard", "glacier")]
    seen = learnt(*others, *tickets)
    assert compared(seen[-1], seen[-2]) == (0.0, pytest.approx(1.0))
    assert compared(seen[-1], seen[-3])[0] > 0.5


def test_a_window_without_a_title_is_a_page_that_was_seen():
    """Else its words would be on ever more pages, and tell ever less."""
    bare = [sheet("orchard", n % 2, title="") for n in range(40)]
    seen = learnt(sheet("orchard", 0), sheet("orchard", 1), *bare, sheet("orchard", 2))
    assert compared(seen[-1], seen[0])[0] > 0.5
    assert compared(seen[-1], seen[-2])[0] > 0.5


def test_pages_that_show_little_at_a_time_are_known_for_what_they_showed():
    """Eight of sixty words at a time: two looks share one on average, what was seen of two pages many."""
    chance = random.Random(1)
    looks = {
        matter: [
            [sheet(matter, n, title=f"{matter} {22 + n}.ods - Gnumeric") for _ in range(12)] for n in (1, 2)
        ]
        for matter in ("orchard", "glacier")
    }
    lexicon, seen = Lexicon(), {}
    for matter, pages in looks.items():
        for number, page_of in enumerate(pages):
            for look in page_of:
                little = msgspec.structs.replace(look, text=tuple(chance.sample(words_of(matter), 8)))
                seen[matter, number] = lexicon.shown(face(little))
    assert compared(seen["orchard", 0], seen["orchard", 1])[0] > 0.5
    assert compared(seen["glacier", 0], seen["glacier", 1])[0] > 0.5
    assert compared(seen["orchard", 1], seen["glacier", 0]) == (0.0, 1.0)


def test_what_an_application_draws_makes_no_two_matters_one():
    """A notebook draws as many words as it has of its own; a database beside it draws others."""
    drawn = tuple(f"drawn{a}{b}" for a in LETTERS for b in "bd")
    notebook = [
        msgspec.structs.replace(
            sheet(matter, n), text=(*drawn, *random.Random(n).sample(words_of(matter), 24))
        )
        for matter in ("orchard", "glacier", "trumpet")
        for n in (1, 2)
    ]
    tables = [
        msgspec.structs.replace(
            sheet(matter, n), application="DBeaver", application_type=Kind.DATABASE_CLIENT
        )
        for matter in ("orchard", "glacier", "trumpet")
        for n in (5, 6, 7)
    ]
    seen = learnt(*tables, *notebook)[len(tables) :]
    assert compared(seen[4], seen[5])[0] > 0.2
    assert compared(seen[3], seen[4])[0] == 0.0
    assert compared(seen[2], seen[5])[0] == 0.0


def test_two_names_are_two_pages_whatever_both_show():
    lexicon = Lexicon()
    text = page("orchard", 1)
    for name, shows in (("ledger", text[2:]), ("quarry", text[:-2])):
        shown = lexicon.shown(
            face(msgspec.structs.replace(sheet("orchard", 1, title=f"{name}.ods - Gnumeric"), text=shows))
        )
    assert shown.telling == shown.face.terms
