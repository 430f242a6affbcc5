"""`glimpse task`: one task in full."""

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client
from glimpsed.wire.tasks import TaskReply


@click.command()
@click.argument("task", metavar="ID")
@options.as_json
def command(*, task: str, as_json: bool) -> None:
    """Show a task: where it stands and why, and the sessions that it was worked at in."""
    if task == "":
        raise click.BadParameter("an id; `glimpse tasks` lists them")  # an empty variable in a script
    with Client() as client:
        reply = client.task(task)
    if as_json:
        output.say_json(**output.fields_of(reply))
    else:
        _show(reply)


def _show(reply: TaskReply) -> None:
    task = reply.task
    output.say(f"task {task.id}")
    rows: list[tuple[str, ...]] = [
        ("", "title", task.title),
        ("", "state", task.state),
        *(("", "because", f"{output.moment(proof.at_ms)}: {proof.text}") for proof in task.proofs),
        ("", "seen", f"{output.moment(task.first_ms)} to {output.moment(task.last_ms)}"),
        ("", "time", f"{output.presence(task.active_ms)} in {output.number(task.sessions, 'session')}"),
    ]
    output.table(rows)
    output.table(
        [
            (
                "",
                output.moment(part.start_ms),
                output.clock(part.end_ms),
                output.presence(part.active_ms),
                part.session,
            )
            for part in reply.parts
        ]
    )
    if len(reply.parts) < task.sessions:
        output.talk(f"the first {task.sessions - len(reply.parts)} of its sessions are not shown")
