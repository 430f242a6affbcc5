"""`shutdown`: stop cleanly."""

from glimpsed.api.context import Context
from glimpsed.wire.messages import ShutdownReply, ShutdownRequest


async def handle(context: Context, _request: ShutdownRequest) -> ShutdownReply:
    """Begin to stop; the reply is on its way before the sockets close."""
    context.stop()
    return ShutdownReply()
