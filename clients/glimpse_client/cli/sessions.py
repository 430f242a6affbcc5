"""`glimpse sessions`: stretches of work, the latest first."""

import time
from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.cli.paging import pages
from glimpse_client.cli.session import when
from glimpse_client.cli.shots import moment
from glimpse_client.client import Client
from glimpsed.wire.sessions import SessionView

WORKFLOWS = (
    *("coding", "research", "meeting", "content_creation"),
    *("communication", "administration", "mixed"),
)
_LATE_MS = 5 * 60_000
"""One that ended so long ago is open since it is not read yet, not since somebody is there."""


@click.command()
@click.option("--since", type=moment, help="Begun at or after this time (2025-11-20, 2h).")
@click.option("--until", type=moment, help="Begun before this time.")
@click.option("--workflow", type=click.Choice(WORKFLOWS), help="Only of this kind.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@options.filled("--cursor", help="Go on where an earlier list ended (the `next` of its JSON).")
@options.as_json
def command(*, limit: int, everything: bool, cursor: str | None, as_json: bool, **wanted: Any) -> None:
    """Stretches of work, the latest first."""
    filters = {"since_ms": wanted["since"], "until_ms": wanted["until"], "workflow": wanted["workflow"]}
    with Client() as client:
        found = list(
            pages(
                lambda most, cursor: client.sessions(limit=most, cursor=cursor, **filters),
                lambda page: len(page.sessions),
                None if everything else limit,
                cursor,
            )
        )
    sessions = [session for page in found for session in page.sessions]
    if as_json:
        output.say_json(sessions=sessions, next=found[-1].next)
        return
    now_ms = time.time() * 1000
    output.table([_row(session, now_ms) for session in sessions])
    if not sessions:
        output.talk("no sessions, or none that match")
    if found[-1].next:
        output.talk("there are more: --all, or a higher --limit")


def _row(session: SessionView, now_ms: float) -> tuple[str, ...]:
    standing = ""
    if session.state == "open":
        standing = " (still being read)" if now_ms - session.end_ms > _LATE_MS else " (goes on)"
    return (when(session), output.presence(session.active_ms), session.id, f"{session.title}{standing}")
