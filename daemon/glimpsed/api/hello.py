"""`hello`: who we are."""

import os

from glimpsed import __version__
from glimpsed.api.context import Context
from glimpsed.store import events
from glimpsed.wire.messages import HelloReply, HelloRequest
from glimpsed.wire.version import MAJOR, MINOR


async def handle(context: Context, _request: HelloRequest) -> HelloReply:
    """Introduce the daemon and its store."""
    _, latest = await context.store.read(events.bounds)
    return HelloReply(
        protocol=(MAJOR, MINOR), daemon=__version__, epoch=context.store.epoch, pid=os.getpid(), seq=latest
    )
