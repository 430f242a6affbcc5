"""What a refusal means for what comes after it, by its code.

Rules of this file: data. A code that is in none of these sets is final: for a file until its content changes,
for a job until its file is handed in or seen changed.
"""

from collections.abc import Mapping

from glimpsed.core.breaker import Outcome

PASSING_FOR_FILES = frozenset({"unreadable", "vanished", "child_error", "not_started"})
"""May not hold for the very same file: permissions change, what was moved away comes back, and an error in
the reader may have been the machine's, as it is when no child can be started."""

PASSING_FOR_JOBS = frozenset(
    {
        *("vanished", "unreadable", "changed", "picture_gone", "disk_full"),
        *("reader_died", "child_error", "not_started"),
    }
)
"""May pass by itself: a disk that is away comes back, a full one is cleared."""

ENGINE_MISSING = frozenset({"engine_missing", "language_missing"})
"""Says nothing of the picture: the reader cannot read any."""

OUTCOMES: Mapping[str, Outcome] = {
    "out_of_memory": "out_of_memory",
    "run_limit": "run_limit",
    "run_failed": "run_failed",  # llama.cpp gave up, or computes no numbers: so a wedged GPU looks
    "blind": "run_failed",  # the same, of the projector
    "child_error": "run_failed",  # a library did what nobody foresaw
    "not_loaded": "run_failed",
    "no_vision": "run_failed",
    "wrong_pair": "run_failed",
    "malformed": "malformed",
    "reply_cut": "malformed",
    "bad_schema": "malformed",  # schemas are the role's, and a probe for malformed replies has one
}
"""What a refusal of a job says of the model that was asked: that it failed, and may not do so again once its
breaker has closed. Of any other code it is innocent."""

TRIED_AGAIN = frozenset({"out_of_memory", "run_limit", "run_failed", "blind", "not_loaded"})
"""Failures of a model after which a job is tried once more. A malformed reply would be the same again."""

INNOCENT = frozenset({"cancelled", "deadline", "context_overflow"})
"""What a model says of a job that is no fault of its own."""

AT_LOAD = frozenset({"backend_missing", "load_failed", "no_template", "wrong_file"})
"""What is found out before a model is asked anything: it is final until its files change."""
