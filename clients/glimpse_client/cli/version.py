"""`glimpse version`: which versions are in use."""

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client
from glimpse_client.errors import DaemonNotRunningError
from glimpsed import __version__
from glimpsed.wire.messages import HelloReply
from glimpsed.wire.version import MAJOR, MINOR


@click.command()
@options.as_json
def command(*, as_json: bool) -> None:
    """Which versions of client, protocol and daemon are in use."""
    daemon = _daemon()
    if as_json:
        running = None if daemon is None else {"version": daemon.daemon, "protocol": daemon.protocol}
        output.say_json(client={"version": __version__, "protocol": (MAJOR, MINOR)}, daemon=running)
        return
    output.say(f"glimpse   {__version__}, protocol {MAJOR}.{MINOR}")
    if daemon is None:
        output.say("glimpsed  not running")
    else:
        output.say(f"glimpsed  {daemon.daemon}, protocol {'.'.join(map(str, daemon.protocol))}")


def _daemon() -> HelloReply | None:
    try:
        with Client() as client:
            return client.hello("glimpse version")
    except DaemonNotRunningError:
        return None
