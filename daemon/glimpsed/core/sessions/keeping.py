"""Sessions as they are kept, from what the screenshots tell, and back.

Rules of this file: pure. A kept session does not name its shots: those from its first to its last by time are
its own.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from glimpsed.core.sessions.model import Session, SessionState, Sighting, Stretch


def kept(session_id: str, stretch: Stretch, shown: Mapping[str, Sighting], *, waits: bool = False) -> Session:
    """A stretch as a session in its first version; `shown` are its sightings, by shot.

    One that `waits` goes on, whatever the screens say.
    """
    first, last = shown[stretch.shots[0]], shown[stretch.shots[-1]]
    return Session(
        session_id,
        1,
        SessionState.CLOSED if stretch.settled and not waits else SessionState.OPEN,
        stretch.boundary,
        stretch.start_ms,
        stretch.end_ms,
        first.offset_s,
        stretch.active_ms,
        len(stretch.shots),
        last.shot,
        last.at_ms,
        stretch.interruptions,
        stretch.outline,
        doubts=stretch.doubts,
        awaited=sum(shown[shot].awaited for shot in stretch.shots),
    )


def withdrawn(session: Session) -> Session:
    """A session that is part of others now."""
    return msgspec.structs.replace(session, state=SessionState.WITHDRAWN)


def within(session: Session, sightings: Iterable[Sighting]) -> list[Sighting]:
    """Those of the sightings that are a session's, in order."""
    found = [seen for seen in sightings if session.first <= (seen.at_ms, seen.shot) <= session.last]
    return sorted(found, key=lambda seen: (seen.at_ms, seen.shot))


def owners(sessions: Iterable[Session], sightings: Sequence[Sighting]) -> dict[str, str]:
    """Which session each shot is in, of those that are in one; `sightings` in order."""
    places = [(seen.at_ms, seen.shot) for seen in sightings]
    found: dict[str, str] = {}
    for session in sessions:
        begin = bisect_left(places, session.first)
        end = bisect_right(places, session.last)
        found |= dict.fromkeys((shot for _, shot in places[begin:end]), session.id)
    return found
