"""Waiting for something to become so.

Rules of this file: an event is a reason to look, never the answer; a look now and then makes up for any that
was not understood.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from glimpse_client.errors import NoAnswerError
from glimpse_client.watch import Watch
from glimpsed.wire.messages import Event

_LOOK_ANYWAY_S = 2.0

_Found = TypeVar("_Found")


def until(watch: Watch, deadline: float, ids: set[str], look: Callable[[], _Found | None]) -> _Found:
    """What `look` returns once that is not None; it is called again when an event names one of `ids`.

    Raises `NoAnswerError` at `deadline` (monotonic seconds).
    """
    while (found := look()) is None:
        nap_ends = min(deadline, time.monotonic() + _LOOK_ANYWAY_S)
        while (left := nap_ends - time.monotonic()) > 0:
            item = watch.next(left)
            if not isinstance(item, Event) or not ids.isdisjoint(map(str, item.body.values())):
                break
        if time.monotonic() >= deadline:
            raise NoAnswerError("it is not done yet; it goes on in the daemon")
    return found
