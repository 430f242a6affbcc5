"""Errors by blame: whose fault it is decides what happens next.

Rules of this file: every class says in its docstring who is to blame and what follows. Codes are stable
snake_case strings; details are sentences for a person and never carry text from a screen.
"""

from collections.abc import Mapping


class GlimpsedError(Exception):
    """An error with a stable `code` and a `detail` for a person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class RequestError(GlimpsedError):
    """The client asked for something that cannot be done; its code crosses the wire."""


class InputError(GlimpsedError):
    """This file is at fault, and only this file: it becomes a rejection, or is looked at again later."""


class ModelError(GlimpsedError):
    """A model, an engine, or what it said is at fault: no file is to blame.

    `figures` say how much was done until then, by the names of a reply's; none when nobody knows.
    """

    def __init__(self, code: str, detail: str, figures: Mapping[str, int] | None = None) -> None:
        super().__init__(code, detail)
        self.figures = figures or {}


class ConfigError(GlimpsedError):
    """The configuration is at fault: said before anything starts."""


class StoreError(GlimpsedError):
    """The database cannot be trusted or written: the daemon stops and lets its supervisor start it again."""


class WorkerDiedError(GlimpsedError):
    """A child ended while it owed an answer, or never began.

    `code` is `died`, `out_of_memory` (its last words say so), `killed` (by a SIGKILL that was not ours, which
    is how the kernel ends whoever is to give back memory), `run_limit`, `bad_frame` (what it said is no
    answer) or `not_started`.
    `detail` names the exit status or signal and the native library's last words, which are filtered to
    lines that cannot carry text from a screen.
    """


def figures(error: BaseException | None) -> Mapping[str, int]:
    """How much was done until an error, as it says itself or as that says which it came of."""
    looked_at: list[BaseException] = []
    while error is not None and error not in looked_at:  # one may be said to have come of itself
        if isinstance(error, ModelError) and error.figures:
            return error.figures
        looked_at.append(error)
        error = error.__cause__
    return {}
