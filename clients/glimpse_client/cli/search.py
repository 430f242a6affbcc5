"""`glimpse search`: screenshots by what stands on them, the best first."""

from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.cli.shots import moment
from glimpse_client.client import Client
from glimpsed.wire.messages import MAX_PAGE
from glimpsed.wire.views import FoundView, MatchView


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True)
@click.option("--since", type=moment, help="Seen at or after this time (2025-11-20, 2h).")
@click.option("--until", type=moment, help="Seen before this time.")
@click.option("--app", help="Only of this application.")
@click.option("--kind", help="Only of this kind of application (code_editor, web_browser, ...).")
@click.option(
    "--limit", type=click.IntRange(1, MAX_PAGE), default=20, show_default=True, help="At most so many."
)
@click.option("--cursor", help="Go on where an earlier search ended (the `next` of its JSON).")
@options.as_json
def command(*, words: tuple[str, ...], as_json: bool, app: str | None, **wanted: Any) -> None:
    """Screenshots with all these WORDS, the best first.

    WORDS may be '"a phrase"', begin*, -without and title:word; after -- nothing is taken for an option.
    """
    filters = {"since_ms": wanted["since"], "until_ms": wanted["until"], "application": app}
    filters |= {name: wanted[name] for name in ("kind", "limit", "cursor")}
    with Client() as client:
        reply = client.search(" ".join(words), **filters)
    if as_json:
        output.say_json(**output.fields_of(reply))
        return
    for found in reply.found:
        _show(found)
    if not reply.found:
        output.talk("nothing was found")
    if reply.pending:
        output.talk(f"up to {reply.pending} older screenshots are not indexed yet, and cannot be found")
    if reply.next:
        output.talk("there is more: a higher --limit, more words, or --since")


def _show(found: FoundView) -> None:
    shot = found.shot
    again = f" ({found.times} times)" if found.times > 1 else ""
    output.say(f"{output.taken(shot)}  {shot.id}  {output.headline(shot.result)}{again}")
    for match in found.matches:
        output.say(f"    {_where(match)}: {match.text}")


def _where(match: MatchView) -> str:
    """Where something stands: at its place in pixels if it is on the screen."""
    return match.field if match.box is None else f"at {match.box.x},{match.box.y}"
