"""What a refusal means for what comes after it, by its code.

Rules of this file: data. A code that is in none of these sets is final: for a file until its content changes,
for a job until its file is handed in or seen changed.
"""

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
