"""What is told of sessions, held against what was seen in them. README.md defines the figure in words.

Rules of this file: a claim is a name that an outline gives: the subject of its title, its projects and
documents, and what its steps name. Evidence is what was seen in that session: lines, window titles, entities,
and the applications, or kinds of them, that were recognised.
"""

from collections.abc import Iterable, Sequence

from eval.day import Stream
from eval.metrics import unsupported
from glimpsed.core.sessions.model import Sighting, Stretch
from glimpsed.core.sessions.naming import named


def figures(stream: Stream, stretches: Sequence[Stretch]) -> dict[str, float | None]:
    """Share of the claims of all sessions that are not borne out; None where nothing is claimed."""
    seen = {each.shot: each for each in stream.sightings}
    pairs = [(claims(each), evidence(seen[shot] for shot in each.shots)) for each in stretches]
    counted = [(len(said), unsupported(said, shown)) for said, shown in pairs]
    every = sum(count for count, share in counted if share is not None)
    wrong = sum(count * share for count, share in counted if share is not None)
    return {"unsupported": wrong / every if every else None}


def claims(stretch: Stretch) -> list[str]:
    """The names that its outline gives; what was cut off at its end counts as far as it goes.

    The parts of one are claims by themselves, for between them a counter may have stood that is left out. A
    step is a sentence: what it names counts, as with one of a model's.
    """
    told = stretch.outline
    said = [told.title.partition(": ")[2], *(share.name for share in (*told.projects, *told.documents))]
    parts = [part.removesuffix("…") for name in said for part in name.split(" - ") if part]
    steps = [named(step.text) for step in told.steps]
    return parts + [name for its in steps for name in (*its.names, *its.applications)]


def evidence(sightings: Iterable[Sighting]) -> set[str]:
    """What was seen."""
    return {
        text
        for seen in sightings
        for text in (
            *seen.text,
            seen.window_title,
            seen.application,
            seen.application_type.replace("_", " "),
            *(entity.text for entity in seen.entities),
        )
        if text
    }
