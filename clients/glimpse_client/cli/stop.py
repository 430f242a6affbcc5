"""`glimpse stop`: have the daemon stop, and see that it has."""

import contextlib
import time

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client
from glimpse_client.errors import DaemonNotRunningError, NoAnswerError
from glimpsed.wire.endpoint import daemon_is_running

_LOOK_AGAIN_S = 0.02


@click.command()
@options.as_json
@options.timeout(30)
def command(*, as_json: bool, timeout_s: float) -> None:
    """Stop the daemon; returns when it has stopped."""
    with Client(timeout_s=timeout_s) as client:
        with contextlib.suppress(DaemonNotRunningError):  # gone before its reply was out
            client.shutdown()
        deadline = time.monotonic() + timeout_s
        while daemon_is_running(client.directory):
            if time.monotonic() > deadline:
                raise NoAnswerError(f"the daemon has not stopped within {timeout_s:g} s")
            time.sleep(_LOOK_AGAIN_S)
    if as_json:
        output.say_json(stopped=True)
    else:
        output.say("stopped")
