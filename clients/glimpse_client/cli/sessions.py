"""`glimpse sessions`: stretches of work, the latest first."""

from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.cli.session import when
from glimpse_client.cli.shots import moment
from glimpse_client.client import Client
from glimpsed.wire.messages import MAX_PAGE
from glimpsed.wire.sessions import SessionView

WORKFLOWS = "coding, research, meeting, content_creation, communication, administration, mixed"


@click.command()
@click.option("--since", type=moment, help="Begun at or after this time (2025-11-20, 2h).")
@click.option("--until", type=moment, help="Begun before this time.")
@click.option("--workflow", help=f"Only of this kind ({WORKFLOWS}).")
@click.option(
    "--limit", type=click.IntRange(1, MAX_PAGE), default=20, show_default=True, help="At most so many."
)
@click.option("--cursor", help="Go on where an earlier list ended (the `next` of its JSON).")
@options.as_json
def command(*, since: int | None, until: int | None, as_json: bool, **wanted: Any) -> None:
    """Stretches of work, the latest first."""
    with Client() as client:
        reply = client.sessions(since_ms=since, until_ms=until, **wanted)
    if as_json:
        output.say_json(**output.fields_of(reply))
        return
    output.table([_row(session) for session in reply.sessions])
    if not reply.sessions:
        output.talk("no sessions, or none that match")
    if reply.next:
        output.talk("there are more: a higher --limit, or --until")


def _row(session: SessionView) -> tuple[str, ...]:
    goes_on = " (goes on)" if session.state == "open" else ""
    return (when(session), output.duration(session.active_ms), session.id, f"{session.title}{goes_on}")
