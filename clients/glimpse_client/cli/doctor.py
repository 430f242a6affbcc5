"""`glimpse doctor`: what is wrong, and what to do.

Rules of this file: what can be seen without a daemon is looked at first, so that it helps when none runs.
"""

import click

from glimpse_client.cli import exits, options, output
from glimpse_client.client import Client, require_daemon
from glimpse_client.errors import GlimpseError
from glimpsed.wire.endpoint import runtime_directory
from glimpsed.wire.version import MAJOR, MINOR
from glimpsed.wire.views import CheckView

_MARKS = {True: ("ok", "green"), False: ("WRONG", "red"), None: ("-", None)}
_HINTS = {
    exits.NOT_RUNNING: "start it: glimpsed run; if it does not start: glimpsed check-config",
    exits.NOT_ALLOWED: "only the user who runs the daemon may ask it; see GLIMPSED_RUNTIME_DIR",
    exits.VERSION_MISMATCH: "upgrade the older of the two and restart the daemon",
}


@click.command()
@options.as_json
def command(*, as_json: bool) -> int:
    """What is wrong here, and what to do about it."""
    checks, code = _checks()
    if as_json:
        output.say_json(running=code != exits.NOT_RUNNING, checks=checks)
    else:
        for check in checks:
            mark, colour = _MARKS[check.ok]
            output.say(f"{mark:<5}  {check.name}: {check.detail}", colour)
            if check.hint and check.ok is not True:
                output.say(f"       {check.hint}")
    return code


def _checks() -> tuple[list[CheckView], int]:
    directory = runtime_directory()
    try:
        require_daemon(directory)
        checks = [_passed("daemon", f"runs, lock held in {directory}")]
        with Client() as client:
            hello = client.hello("glimpse doctor")
            checks.append(
                _passed(
                    "protocol", f"{MAJOR}.{MINOR} here, {'.'.join(map(str, hello.protocol))} in the daemon"
                )
            )
            checks += client.doctor().checks
    except GlimpseError as error:
        code = exits.code_of(error)
        return [CheckView(name="daemon", ok=False, detail=str(error), hint=_HINTS.get(code, ""))], code
    return checks, exits.FAILED if any(check.ok is False for check in checks) else exits.OK


def _passed(name: str, detail: str) -> CheckView:
    return CheckView(name=name, ok=True, detail=detail, hint="")
