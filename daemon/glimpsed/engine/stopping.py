"""When an inference is to stop, and the errors that say why it did not begin or end.

Rules of this file: asked often, so it is cheap; every backend uses it, so that all of them say the same.
"""

import time

from glimpsed.core.errors import ModelError
from glimpsed.worker.child import Cancelled


class Stop:
    """Says whether somebody still wants the answer."""

    def __init__(self, cancelled: Cancelled, deadline_s: float | None = None) -> None:
        """The deadline is in seconds from now; None means that there is none."""
        self._cancelled = cancelled
        self._ends = None if deadline_s is None else time.monotonic() + deadline_s

    @property
    def wanted(self) -> bool:
        """Whether to stop as soon as possible."""
        return self._cancelled.is_set() or self._late

    @property
    def _late(self) -> bool:
        return self._ends is not None and time.monotonic() >= self._ends

    def check(self) -> None:
        """Raise `ModelError`, `cancelled` or `deadline`, when stopping is wanted."""
        if self._cancelled.is_set():
            raise ModelError("cancelled", "nobody wants this answer any more")
        if self._late:
            raise ModelError("deadline", "the answer would come too late")

    def wait(self, seconds: float) -> None:
        """Wait that long. Raises as `check` does as soon as stopping is wanted."""
        left = seconds if self._ends is None else min(seconds, max(0.0, self._ends - time.monotonic()))
        self._cancelled.wait(left)
        self.check()


def require_room(prompt_tokens: int, max_tokens: int, context: int) -> None:
    """Raise `ModelError`, `context_overflow`, with the numbers when prompt and answer may not fit."""
    if prompt_tokens + max_tokens > context:
        detail = (
            f"the prompt takes {prompt_tokens} tokens and the answer up to {max_tokens},"
            f" but the context has {context}; set a larger context for this model"
        )
        raise ModelError("context_overflow", detail)
