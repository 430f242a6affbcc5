"""`glimpse submit`: hand files over, and await what becomes of them.

Rules of this file: one refused file does not hold up the others. A wait ends when nothing better will come,
not when a certain rung has: what is planned may become impossible.
"""

import os
import time

import click
import msgspec

from glimpse_client.cli import exits, options, output
from glimpse_client.cli.waiting import until
from glimpse_client.client import Client
from glimpse_client.errors import RequestFailedError
from glimpse_client.watch import Watch
from glimpsed.wire.errors import ErrorCode
from glimpsed.wire.messages import ShotReply, SubmitReply
from glimpsed.wire.views import ShotView


class _Submit(click.Command):
    """`--wait` alone means `--wait=best`; click would take the path behind it for its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        waits = ["--wait=best" if argument == "--wait" else argument for argument in args[:end]]
        return super().parse_args(ctx, waits + args[end:])


@click.command(cls=_Submit)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=bytes))
@click.option("--wait", type=click.Choice(["best", "first"]), help="Await the best result, or the first.")
@options.deadline
@options.timeout(600)
@options.as_json
def command(
    *,
    paths: tuple[bytes, ...],
    wait: str | None,
    deadline_s: float | None,
    timeout_s: float,
    as_json: bool,
) -> int:
    """Have files analysed; --wait awaits the best planned result, --wait=first the first useful one."""
    deadline = time.monotonic() + timeout_s
    with Client(timeout_s=timeout_s) as client, Watch(client) as watch:
        submitted = [_submit(client, path, deadline_s, as_json=as_json) for path in paths]
        for accepted in filter(None, submitted):
            if wait is not None:
                _await(client, watch, accepted.shot, wait, deadline)
            _show(client.shot(accepted.shot.id, text=wait is not None), new=accepted.new, as_json=as_json)
    return exits.OK if all(submitted) else exits.FAILED


def _submit(client: Client, path: bytes, deadline_s: float | None, *, as_json: bool) -> SubmitReply | None:
    try:
        return client.submit(path, deadline_s=deadline_s)
    except RequestFailedError as error:
        if error.code != ErrorCode.REJECTED:
            raise
        shown = os.fsdecode(path).encode("utf-8", "replace").decode()
        if as_json:
            output.say_json(path=shown, error={"code": error.code, "message": error.message})
        output.talk(f"{shown}: {error.message}")
        return None


def _await(client: Client, watch: Watch, shot: ShotView, wait: str, deadline: float) -> None:
    def settled() -> ShotView | None:
        now = client.shot(shot.id).shot
        useful = wait == "first" and now.result.rung != "minimum"
        return now if useful or not now.awaiting else None

    until(watch, deadline, {shot.id, shot.picture}, settled)


def _show(reply: ShotReply, *, new: bool, as_json: bool) -> None:
    if as_json:
        output.say_json(new=new, **output.shot_fields(reply))
    else:
        output.show_shot(msgspec.structs.replace(reply, lines=None))
