"""The two places where work happens, and the models that one of them can hold, as the machine knows them.

Rules of this file: pure state; only `core.machine` changes it. Others may read it to show it.
"""

from typing import Literal

import msgspec

from glimpsed.core.events import FileKey
from glimpsed.core.model import JobKind


class ModelState(msgspec.Struct):
    """A configured model: what it may be used for, and what is wrong with it (empty `code`: nothing known)."""

    name: str
    kinds: frozenset[JobKind]
    code: str = "not_inspected"
    detail: str = ""
    hint: str = ""
    load_deaths: int = 0

    @property
    def usable(self) -> bool:
        """Its files look right and it has not failed since they changed."""
        return not self.code


Phase = Literal["empty", "loading", "ready", "running", "unloading"]


class Slot(msgspec.Struct):
    """The one place where an inference runs."""

    phase: Phase = "empty"
    model: str | None = None
    job: str | None = None
    idle_since: float = 0.0


class Reader(msgspec.Struct):
    """The reader child as the machine knows it; `code` says why it cannot read text (empty: it can)."""

    work: FileKey | str | None = None
    code: str = "not_probed"
    detail: str = ""
    idle_since: float = 0.0
    started: bool = False
