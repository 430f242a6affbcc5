"""`glimpse tasks`: what is worked at over days, the last worked at first."""

from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.cli.paging import pages
from glimpse_client.cli.shots import moment
from glimpse_client.client import Client
from glimpsed.wire.tasks import TaskView


@click.command()
@click.option("--state", type=click.Choice(("open", "done", "abandoned")), help="Only in this state.")
@click.option("--since", type=moment, help="Last worked at no earlier than this (2025-11-20, 2h).")
@click.option("--until", type=moment, help="Last worked at before this time.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@options.as_json
def command(*, limit: int, everything: bool, as_json: bool, **wanted: Any) -> None:
    """What is worked at over days, the last worked at first."""
    filters = {"state": wanted["state"], "since_ms": wanted["since"], "until_ms": wanted["until"]}
    with Client() as client:
        found = list(
            pages(
                lambda most, cursor: client.tasks(limit=most, cursor=cursor, **filters),
                lambda page: len(page.tasks),
                None if everything else limit,
            )
        )
    tasks = [task for page in found for task in page.tasks]
    if as_json:
        output.say_json(tasks=tasks, next=found[-1].next)
        return
    output.table([_row(task) for task in tasks])
    if not tasks:
        output.talk("no tasks, or none that match")
    if found[-1].next:
        output.talk("there are more: --all, or a higher --limit")


def _row(task: TaskView) -> tuple[str, ...]:
    sessions = output.number(task.sessions, "session")
    spent = output.presence(task.active_ms)
    return (output.moment(task.last_ms), task.state, task.id, spent, sessions, task.title)
