"""`glimpse session`: one stretch of work in full."""

import time

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client
from glimpse_client.errors import RequestFailedError
from glimpsed.wire.errors import ErrorCode
from glimpsed.wire.sessions import JudgedView, SessionReply, SessionView, ShareView
from glimpsed.wire.views import FoundSessionView

_REASONS = {
    "first": "the first that was seen",
    "absence": "nobody was there",
    "idle": "nobody was there, by the machine",
    "lock": "the screen was locked",
    "sleep": "the machine slept",
    "day": "another day",
    "identity": "another application, document or project",
    "topic": "other words on the screen",
}
_TOLD = {"model": "by a model", "rules": "by rules", "boundaries": "nothing was read"}


@click.command()
@click.argument("session", metavar="[ID]", required=False)
@options.filled("--shot", help="The session that this shot is in.")
@click.option("--history", is_flag=True, help="What it was taken for before, too.")
@options.as_json
def command(*, session: str | None, shot: str | None, history: bool, as_json: bool) -> None:
    """Show a session; without an ID the latest. `glimpse shots --session ID` lists its shots."""
    if session == "":
        raise click.BadParameter("an id, or nothing for the latest")  # an empty variable in a script
    if session is not None and shot is not None:
        raise click.UsageError("Either an ID or --shot.")
    with Client() as client:
        wanted = latest(client) if session is None and shot is None else session
        reply = client.session(session=wanted, shot=shot, history=history)
    if as_json:
        output.say_json(**output.fields_of(reply))
    else:
        _show(reply)


def latest(client: Client) -> str:
    """Id of the session that began last. Raises `RequestFailedError` when there is none."""
    sessions = client.sessions(limit=1).sessions
    if not sessions:
        raise RequestFailedError(ErrorCode.NOT_FOUND, "there are no sessions yet")
    return sessions[0].id


def when(session: SessionView | FoundSessionView) -> str:
    """Day and times of a session, on the wall clock of then."""
    return f"{_clock(session, session.start_ms, '%Y-%m-%d %H:%M')}-{_clock(session, session.end_ms)}"


def _clock(session: SessionView | FoundSessionView, ms: int, form: str = "%H:%M") -> str:
    return time.strftime(form, time.gmtime(ms / 1000 + session.offset_s))


def _show(reply: SessionReply) -> None:
    session = reply.session
    begins = f"{', '.join(_REASONS.get(reason, reason) for reason in session.reasons)}"
    begins += f" ({session.confidence:.0%} sure)"
    by = f", {session.model}" if session.model else ""
    left = f", {session.dropped} of {session.claims} claims dropped" if session.claims else ""
    rows = [
        ("when", f"{when(session)}, {session.state}"),
        ("active", f"{output.presence(session.active_ms)} in {output.number(session.shots, 'shot')}"),
        ("what", "not known" if session.rung == "boundaries" else f"{session.workflow}, {session.focus}"),
        ("summary", session.summary or "-"),
        *(("task", task) for task in session.tasks),
        *(("in task", f"{task.title} ({task.state}), {task.id}") for task in reply.in_tasks),
        *_shares("application", session.applications),
        *_shares("project", session.projects),
        *_shares("document", session.documents),
        *_shares("activity", session.activities),
        *(
            ("interrupted", f"{_clock(session, glance.start_ms)} by {glance.application or 'something else'}")
            for glance in session.interruptions
        ),
        *(("step", f"{_clock(session, step.start_ms)} {step.text}") for step in session.steps),
        *(("efficiency", session.efficiency) for _ in range(bool(session.efficiency))),
        *(("advice", advice) for advice in session.recommendations),
        ("begins", begins),
        *(("asked", _judged(judged)) for judged in (session.judged,) if judged),
        ("told", f"{_TOLD.get(session.rung, session.rung)}{by}, version {session.version}{left}"),
        *(
            ("earlier", f"until {output.moment(each.until_ms)}: {when(each.session)} {each.session.title}")
            for each in reply.earlier or ()
        ),
    ]
    output.say(f"session {session.id}: {session.title}")
    output.table([("", *row) for row in rows])


def _judged(judged: JudgedView) -> str:
    """What a model said of where a session begins, beside what rules alone made of it."""
    begins = "it begins here" if judged.begins else "the same work goes on here"
    return f"{judged.model} says that {begins} (rules: {judged.confidence:.0%} sure that it begins)"


def _shares(name: str, shares: list[ShareView]) -> list[tuple[str, str]]:
    return [(name, f"{output.presence(share.active_ms)} {share.name}") for share in shares]
