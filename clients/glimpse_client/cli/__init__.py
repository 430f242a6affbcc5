"""`glimpse`: one verb a file, imported when it is called, so that each starts as quickly as it can.

Rules of this package: data goes to standard output, talk to standard error; every verb takes `--json` and
prints one object then (`watch` and `submit`: one a line) with `"schema": 1`. Exit codes are in `exits`. What
is printed passes through `output`, where control characters end: screen text may be hostile.
"""

import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from glimpse_client.cli import exits, output
from glimpse_client.errors import GlimpseError

VERBS = (
    *("status", "top", "submit", "shots", "search", "show", "ask", "watch", "sessions", "session"),
    *("tasks", "task", "day", "report"),
    *("models", "stats", "stop", "doctor", "version"),
)
"""Each is a module of this package with a `command`; the order is the help's."""


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"glimpse_client.cli.{cmd_name}").command
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def glimpse() -> None:
    """Ask the glimpsed daemon about your screenshots."""


def main() -> NoReturn:
    """Run `glimpse` with the process's arguments and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may not be UTF-8
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run `glimpse`; its exit code."""
    try:
        ended: Any = glimpse.main(list(arguments), prog_name="glimpse", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return exits.INTERRUPTED
    except BrokenPipeError:  # the reader of our output had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.FAILED
    except GlimpseError as error:
        output.talk(f"glimpse: {error}")
        return exits.code_of(error)
    return ended if isinstance(ended, int) else exits.OK
