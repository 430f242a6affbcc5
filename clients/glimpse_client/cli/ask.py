"""`glimpse ask`: a free question about a shot.

Rules of this file: when nobody waits for the answer any more, nobody works on it any more.
"""

import time

import click

from glimpse_client.cli import exits, options, output
from glimpse_client.cli.show import newest
from glimpse_client.cli.waiting import until
from glimpse_client.client import Client
from glimpse_client.watch import Watch
from glimpsed.wire.messages import MAX_QUESTION
from glimpsed.wire.views import JobView

_ONGOING = ("queued", "running", "deferred")


@click.command()
@click.argument("question")
@click.option("--shot", metavar="ID", help="About this shot; without it, about the newest.")
@options.deadline
@options.timeout(600)
@options.as_json
def command(
    *, question: str, shot: str | None, deadline_s: float | None, timeout_s: float, as_json: bool
) -> int:
    """Ask QUESTION about a shot and await the answer; needs a vision model."""
    if not 0 < len(question) <= MAX_QUESTION:
        raise click.BadParameter(f"a question has 1 to {MAX_QUESTION} characters", param_hint="QUESTION")
    deadline = time.monotonic() + timeout_s
    with Client() as client, Watch(client) as watch:
        asked = client.ask(shot or newest(client), question, deadline_s=deadline_s).job
        try:
            job = until(watch, deadline, {asked.id}, lambda: _ended(client, asked.id))
        except BaseException:
            client.cancel(asked.id)
            raise
    if as_json:
        output.say_json(job=job)
    elif job.answer is not None:
        for line in job.answer.splitlines():
            output.say(line)
    else:
        output.talk(f"no answer: {output.job_line(job)}")
    return exits.OK if job.state == "done" else exits.FAILED


def _ended(client: Client, job_id: str) -> JobView | None:
    job = client.job(job_id).job
    return None if job.state in _ONGOING else job
