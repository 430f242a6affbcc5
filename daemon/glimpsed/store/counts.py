"""How much there is, for `status`.

Rules of this file: every count is answered from an index alone, never from the rows.
"""

import apsw
import msgspec

from glimpsed.core.model import JobState, Rung

_SHOTS = "SELECT count(*) FROM shot"
_PICTURES = "SELECT count(*) FROM picture"
_RESULTS = "SELECT rung, count(*) FROM result WHERE current = 1 GROUP BY rung"
_JOBS = "SELECT state, count(*) FROM job GROUP BY state"


class Counts(msgspec.Struct, frozen=True):
    """Shots, pictures, current results by rung (every picture has one) and jobs by state."""

    shots: int
    pictures: int
    results: dict[Rung, int]
    jobs: dict[JobState, int]


def counts(cx: apsw.Connection) -> Counts:
    """All counts, from one moment."""
    return Counts(
        shots=cx.execute(_SHOTS).get,
        pictures=cx.execute(_PICTURES).get,
        results={Rung(rung): count for rung, count in cx.execute(_RESULTS)},
        jobs={JobState(state): count for state, count in cx.execute(_JOBS)},
    )
