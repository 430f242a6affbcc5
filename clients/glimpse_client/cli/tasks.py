"""`glimpse tasks`: what is worked at over days, the last seen first."""

from collections.abc import Iterator
from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.cli.shots import moment
from glimpse_client.client import Client
from glimpsed.wire.messages import MAX_PAGE
from glimpsed.wire.tasks import TasksReply, TaskView


@click.command()
@click.option("--state", type=click.Choice(("open", "done", "abandoned")), help="Only in this state.")
@click.option("--since", type=moment, help="Last seen at or after this time (2025-11-20, 2h).")
@click.option("--until", type=moment, help="Last seen before this time.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@options.as_json
def command(*, limit: int, everything: bool, as_json: bool, **wanted: Any) -> None:
    """What is worked at over days, the last seen first."""
    filters = {"state": wanted["state"], "since_ms": wanted["since"], "until_ms": wanted["until"]}
    with Client() as client:
        pages = list(_pages(client, None if everything else limit, filters))
    found = [task for page in pages for task in page.tasks]
    if as_json:
        output.say_json(tasks=found, next=pages[-1].next)
        return
    output.table([_row(task) for task in found])
    if not found:
        output.talk("no tasks, or none that match")
    if pages[-1].next:
        output.talk("there are more: --all, or a higher --limit")


def _pages(client: Client, limit: int | None, filters: dict[str, Any]) -> Iterator[TasksReply]:
    cursor, had = None, 0
    while True:
        page_limit = MAX_PAGE if limit is None else min(MAX_PAGE, limit - had)
        page = client.tasks(limit=page_limit, cursor=cursor, **filters)
        yield page
        had += len(page.tasks)
        cursor = page.next
        if cursor is None or (limit is not None and had >= limit):
            return


def _row(task: TaskView) -> tuple[str, ...]:
    sessions = f"{task.sessions} session{'s' if task.sessions != 1 else ''}"
    spent = output.duration(task.active_ms)
    return (output.moment(task.last_ms), task.state, task.id, spent, sessions, task.title)
