"""Claims of outlines are held against what was seen in their session, and in no other."""

from eval.claims import claims, figures
from eval.day import Stream, Truth
from glimpsed.core.model import Entity, EntityKind
from glimpsed.core.sessions.model import Boundary, Outline, Reason, Share, Sighting, Step, Stretch

NOTHING_TRUE = Truth((), (), (), (), ())


def stretch(outline, *shots):
    return Stretch(Boundary(shots[0], 0, (Reason.FIRST,), 1.0), 0, 1, 1, shots, outline=outline)


def share_of(told, *sightings):
    return figures(Stream("somebody", 1, sightings, (), NOTHING_TRUE), told)["unsupported"]


def test_a_name_is_borne_out_by_a_line_a_title_an_entity_or_an_application():
    outline = Outline(
        "Coding: ledger",
        projects=(Share("ledger", 1, 1.0),),
        documents=(Share("Inbox - ada@example.com", 1, 1.0), Share("posting.py", 1, 1.0)),
        steps=(Step(0, 1, "Editing posting.py in Kate"), Step(0, 1, "Reject duplicate postings and…")),
    )
    seen = Sighting(
        "a", 0, application="Kate", window_title="Inbox (3) - ada@example.com",
        entities=(Entity(EntityKind.FILE, "posting.py"),),
        text=("~/src/1edger", "Reject duplicate postings and corrections"),
    )  # fmt: skip
    told = stretch(outline, "a")
    assert claims(told) == [
        *("ledger", "ledger", "Inbox", "ada@example.com", "posting.py"),
        *("posting.py", "Kate"),
    ]
    assert share_of([told], seen) == 0


def test_what_was_seen_in_another_session_bears_nothing_out():
    told = [
        stretch(Outline("Reading: atlas", documents=(Share("atlas", 1, 1.0),)), "a"),
        stretch(Outline("Reading: kelp", documents=(Share("atlas", 1, 1.0),)), "b"),
    ]
    assert share_of(told, Sighting("a", 0, window_title="Atlas"), Sighting("b", 1, text=("kelp",))) == 1 / 4


def test_who_claims_nothing_has_no_share():
    assert share_of([stretch(Outline(), "a")], Sighting("a", 0)) is None
