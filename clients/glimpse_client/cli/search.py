"""`glimpse search`: screenshots by what stands on them, by session, the best first."""

from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.cli.session import when
from glimpse_client.cli.shots import moment
from glimpse_client.client import Client
from glimpsed.wire.messages import MAX_PAGE
from glimpsed.wire.searching import SearchReply
from glimpsed.wire.views import FoundSessionView, FoundView, MatchView


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True)
@click.option("--since", type=moment, help="Seen at or after this time (2025-11-20, 2h).")
@click.option("--until", type=moment, help="Seen before this time.")
@options.filled("--app", help="Only of this application.")
@options.filled("--kind", help="Only of this kind of application (code_editor, web_browser, ...).")
@options.filled("--session", help="Only in this session.")
@click.option(
    "--limit", type=click.IntRange(1, MAX_PAGE), default=20, show_default=True, help="At most so many."
)
@options.filled("--cursor", help="Go on where an earlier search ended (the `next` of its JSON).")
@options.as_json
def command(*, words: tuple[str, ...], as_json: bool, app: str | None, **wanted: Any) -> None:
    """Screenshots with all these WORDS, and sessions of which they are told, the best first.

    WORDS may be '"a phrase"', begin*, -without and title:word; after -- nothing is taken for an option.
    """
    if not "".join(words).strip():
        raise click.BadParameter("nothing to look for", param_hint="WORDS")
    filters = {"since_ms": wanted["since"], "until_ms": wanted["until"], "application": app}
    filters |= {name: wanted[name] for name in ("kind", "session", "limit", "cursor")}
    with Client() as client:
        reply = client.search(" ".join(words), **filters)
    if as_json:
        output.say_json(**output.fields_of(reply))
        return
    _show(reply)
    if not (reply.found or reply.sessions):
        output.talk("nothing was found")
    if reply.pending:
        output.talk(f"up to {reply.pending} older screenshots are not indexed yet, and cannot be found")
    if reply.next:
        output.talk("there is more: a higher --limit, more words, or --since")


def _show(reply: SearchReply) -> None:
    """Print each session with its pictures under it, and then those that are in none."""
    for session in reply.sessions:
        _show_session(session)
        for found in reply.found:
            if found.session == session.id:
                _show_picture(found, "  ")
    known = {session.id for session in reply.sessions}
    for found in reply.found:
        if found.session not in known:
            _show_picture(found, "")


def _show_session(session: FoundSessionView) -> None:
    output.say(f"{when(session)}  {session.title}  {session.id}")
    for match in session.matches:
        output.say(f"    {_where(match)}: {match.text}")


def _show_picture(found: FoundView, indent: str) -> None:
    shot = found.shot
    again = f" ({found.times} times)" if found.times > 1 else ""
    output.say(f"{indent}{output.taken(shot)}  {shot.id}  {output.headline(shot.result)}{again}")
    for match in found.matches:
        output.say(f"{indent}    {_where(match)}: {match.text}")


def _where(match: MatchView) -> str:
    """Where something stands: at its place in pixels if it is on the screen."""
    return match.field if match.box is None else f"at {match.box.x},{match.box.y}"
