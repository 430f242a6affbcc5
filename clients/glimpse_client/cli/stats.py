"""`glimpse stats`: how it went of late."""

import time

import click

from glimpse_client.cli import options, output, wording
from glimpse_client.client import Client
from glimpsed.wire.messages import MAX_DAYS, StatsReply
from glimpsed.wire.scheduling import CallStatsView

_CALLS = ("model", "role", "calls", "failed", "again", "cached", "read", "kept", "written", "forced", "mean")


@click.command()
@click.option(
    "--days", type=click.IntRange(1, MAX_DAYS), default=1, show_default=True, help="Today and before (UTC)."
)
@options.as_json
def command(*, days: int, as_json: bool) -> None:
    """How models did, how long things took, and which results came of it.

    Of each model and role: calls, those that failed and that were tried again; the share of slices that were
    known already; tokens of prompts and the share that was kept, tokens of replies and the share that was
    forced; the mean time.
    """
    with Client() as client:
        reply = client.stats(days=days)
    if as_json:
        output.say_json(**output.fields_of(reply))
    else:
        _show(reply)


def _show(reply: StatsReply) -> None:
    since = time.strftime("%Y-%m-%d %H:%M", time.gmtime(reply.since_ms / 1000))
    output.say(f"since {since} UTC")
    if reply.calls:
        output.table([_CALLS, *map(_call, reply.calls)])
        for calls in reply.calls:
            output.say(f"{calls.model} {calls.role}: {output.counted(calls.outcomes)}")
    else:
        output.talk("no model was asked anything")
    output.table(wording.stages(reply.stages))
    if rungs := output.counted(reply.rungs):
        output.say(f"results: {rungs}")


def _call(row: CallStatsView) -> tuple[str, ...]:
    """`cached`, `kept` and `forced` are shares: of slices, of the prompts' tokens, of the replies'."""
    return (
        row.model,
        row.role,
        f"{row.calls}",
        f"{row.errors} ({output.share(row.errors, row.calls)})",
        f"{row.retries} ({output.share(row.retries, row.calls)})",
        output.share(row.reused, row.encoded + row.reused),
        f"{row.prompt_tokens}",
        output.share(row.kept_tokens, row.prompt_tokens),
        f"{row.output_tokens}",
        output.share(row.forced_tokens, row.output_tokens),
        output.duration(row.total_ms / row.calls) if row.calls else "-",
    )
