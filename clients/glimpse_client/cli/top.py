"""`glimpse top`: what the daemon does, live.

Rules of this file: it looks once a second, and goes on when the daemon goes away: whoever restarts one wants
to see it come back. That there is none to begin with is said at once, as by every verb.
"""

import os
import shutil
import signal
import sys
import time

import click

from glimpse_client.cli import exits, options, output
from glimpse_client.cli.frame import Line, Size, frame, message
from glimpse_client.cli.terminal import Ended, Terminal, taken_over
from glimpse_client.client import Client, require_daemon
from glimpse_client.errors import GlimpseError

_LOOK_AGAIN_S = 1.0
_PATIENCE_S = 3.0  # a key is not heard while an answer is due
_ENDLESS = 10_000  # lines of what is no screen


@click.command()
@options.as_json
def command(*, as_json: bool) -> int:
    """Show what the daemon does, once a second; q or Ctrl-C leaves. Not on a terminal: once."""
    with Client(timeout_s=_PATIENCE_S) as client:
        first = client.status()
        if as_json:
            output.say_json(**output.fields_of(first))
        elif sys.stdout.isatty():
            return _live(client)
        else:
            columns = shutil.get_terminal_size().columns
            for line in frame(first, Size(columns, _ENDLESS), _clock()):
                output.say(line.text)
    return exits.OK


def _live(client: Client) -> int:
    try:
        with taken_over() as terminal:
            _show(client, terminal)
    except Ended as ended:
        if ended.number != signal.SIGINT:
            signal.signal(ended.number, signal.SIG_DFL)
            os.kill(os.getpid(), ended.number)  # whoever sent it sees that it was heeded
        return exits.INTERRUPTED
    return exits.OK


def _show(client: Client, terminal: Terminal) -> None:
    """Draw until somebody leaves."""
    key = ""
    while key not in ("q", "Q"):
        terminal.draw(_screen(client, terminal))
        try:
            key = terminal.key(_LOOK_AGAIN_S)
        except (EOFError, OSError):
            return


def _screen(client: Client, terminal: Terminal) -> list[Line]:
    try:
        require_daemon(client.directory)
        status = client.status()
    except GlimpseError as error:
        return message(f"{error}; waiting for it", terminal.size, _clock())
    return frame(status, terminal.size, _clock())


def _clock() -> str:
    return time.strftime("%H:%M:%S")
