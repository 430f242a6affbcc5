"""`hello`: who we are, and who asks, for the log."""

import os

import structlog

from glimpsed import __version__
from glimpsed.api.context import Context
from glimpsed.store import events
from glimpsed.wire.messages import HelloReply, HelloRequest
from glimpsed.wire.version import MAJOR, MINOR

log = structlog.get_logger()

LONGEST_NAME = 64
"""Characters of a client's name that are logged."""


async def handle(context: Context, request: HelloRequest) -> HelloReply:
    """Introduce the daemon and its store."""
    log.debug("client.hello", client=_printable(request.client[:LONGEST_NAME]))
    _, latest = await context.store.read(events.bounds)
    return HelloReply(
        protocol=(MAJOR, MINOR), daemon=__version__, epoch=context.store.epoch, pid=os.getpid(), seq=latest
    )


def _printable(text: str) -> str:
    """What a stranger chose, safe for a terminal."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
