"""`glimpse watch`: each shot, its progress and its result, as they land.

Rules of this file: subscribed before the recent shots are read, so that none falls between. An event is
shown with what is known when it is shown, which may be more than when it happened.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.cli.session import when
from glimpse_client.client import Client
from glimpse_client.errors import RequestFailedError
from glimpse_client.watch import Item, Watch
from glimpsed.wire.errors import ErrorCode
from glimpsed.wire.messages import MAX_PAGE, Event
from glimpsed.wire.views import ShotView, SourceView

_COLOURS = {
    "shot.described": "green",
    "shot.read": "cyan",
    **dict.fromkeys(("shot.rejected", "breaker.opened", "alarm.raised"), "red"),
}
_RESULTS = ("shot.read", "shot.described")
_ENDS = ("job.failed", "job.cancelled", "job.poisoned")
_MOST_OPEN = 1000  # pictures whose results are waited for
_JOBS = ("job.started", "job.failed", "job.poisoned")
_SEEN_LATER = ("read", "session")  # a moment's work, and a step of many: an event says what came of it


@click.command()
@click.option("--recent", type=click.IntRange(0, MAX_PAGE), default=0, help="Begin with the last N shots.")
@options.as_json
def command(*, recent: int, as_json: bool) -> None:
    """Show each shot's progress and result as it lands; ends with the daemon or Ctrl-C."""
    with Client() as client, Watch(client) as watch:
        if not as_json:
            for source in client.status().sources:
                output.talk(f"watching {source.path}" + _trouble(source))
        for shot in reversed(client.shots(limit=recent).shots if recent else []):
            if as_json:
                output.say_json(type="recent", shot=shot)
            else:
                _say(output.clock(shot.added_ms), "recent", _progress(shot))
        show = _show_json if as_json else _Lines(client).show
        for item in watch:
            show(client, item)


def _trouble(source: SourceView) -> str:
    if source.state in ("watching", "starting"):
        return ""
    return ": it is not there yet" if source.state == "missing" else f": {source.state} {source.detail}"


def _show_json(client: Client, item: Item) -> None:
    if isinstance(item, Event):
        fields: dict[str, Any] = {"seq": item.seq, "at_ms": item.at_ms, "type": item.type, "body": item.body}
        output.say_json(**fields, shot=_shot_of(client, item) if item.type.startswith("shot.") else None)
    else:
        output.say_json(type=type(item).__name__.lower(), **item._asdict())


class _Lines:
    """Events as lines. A picture's result is shown for every file that was seen to hold it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._open: dict[str, list[str]] = {}

    def show(self, _client: Client, item: Item) -> None:
        """Print what an event says."""
        if not isinstance(item, Event):
            output.talk(f"events up to {item.latest} were missed; `glimpse shots` shows what came of them")
            return
        for said in self._said(item):
            _say(output.clock(item.at_ms), item.type, said, _COLOURS.get(item.type))

    def _said(self, event: Event) -> Iterator[str]:
        picture = str(event.body.get("picture"))
        if event.type == "shot.added" and (event.body.get("new_picture", True) or picture in self._open):
            self._open.setdefault(picture, []).append(str(event.body.get("shot")))
            if len(self._open) > _MOST_OPEN:
                del self._open[next(iter(self._open))]
        if event.type in _ENDS:
            self._open.pop(picture, None)
        if event.type in _RESULTS:
            yield from self._results(picture, str(event.body.get("shot")))
        elif said := _LINES.get(event.type, _nothing)(self._client, event):
            yield said

    def _results(self, picture: str, latest: str) -> Iterator[str]:
        waiting = False
        for shot_id in self._open.get(picture, [latest]):
            if shot := _shot(self._client, shot_id):
                waiting = waiting or bool(shot.awaiting)
                yield _progress(shot)
        if not waiting:
            self._open.pop(picture, None)


def _say(clock: str, what: str, said: str, colour: str | None = None) -> None:
    output.say(f"{clock}  {what.removeprefix('shot.'):<14}  {said}", colour)


def _shot_of(client: Client, event: Event) -> ShotView | None:
    return _shot(client, str(event.body["shot"])) if "shot" in event.body else None


def _shot(client: Client, shot_id: str) -> ShotView | None:
    try:
        return client.shot(shot_id).shot
    except RequestFailedError as error:
        if error.code != ErrorCode.NOT_FOUND:
            raise
        return None


def _file(client: Client, event: Event) -> str:
    shot = _shot_of(client, event)
    if shot is None:
        return ""
    if not event.body.get("new_picture", True) and not shot.awaiting:
        return _progress(shot)  # nothing more will be said of a picture that was seen before
    return f"{output.name_of(shot.path)}  {shot.width}x{shot.height}, {output.size(shot.bytes)}"


def _progress(shot: ShotView) -> str:
    waiting = f"  (awaiting {', '.join(shot.awaiting)})" if shot.awaiting else ""
    said = f"{output.headline(shot.result)}  [{output.provenance(shot.result)}]"
    return f"{output.name_of(shot.path)}  {said}{waiting}"


def _rejection(client: Client, event: Event) -> str:
    wanted = str(event.body.get("rejection"))
    for rejection in client.shots(rejected=True, limit=MAX_PAGE).rejections:
        if rejection.id == wanted:
            return f"{output.name_of(rejection.path)}  {rejection.code}: {rejection.detail}"
    return "a file; see `glimpse shots --rejected`"


def _job(client: Client, event: Event) -> str:
    try:
        job = client.job(str(event.body.get("job"))).job
    except RequestFailedError:
        return ""
    if job.kind in _SEEN_LATER and event.type == "job.started":
        return ""
    return output.job_line(job) + (f" ({job.model})" if job.model else "")


def _source(client: Client, event: Event) -> str:
    states = {source.name: f"{source.state} {source.path}" for source in client.status().sources}
    name = str(event.body.get("source"))
    return f"{name} {states.get(name, '')}"


def _model(client: Client, event: Event) -> str:
    states = {model.name: f"{model.state} {model.detail}" for model in client.status().models}
    name = str(event.body.get("model"))
    return f"{name} {states.get(name, '')}"


def _session(client: Client, event: Event) -> str:
    try:
        session = client.session(session=str(event.body.get("session"))).session
    except RequestFailedError:
        return ""
    if session.state == "withdrawn":
        return f"{when(session)}  {session.title}  is part of another session now"
    return f"{when(session)}  {session.title}  [{session.rung}, {output.presence(session.active_ms)}]"


def _task(client: Client, event: Event) -> str:
    try:
        return client.task(str(event.body.get("task"))).task.title
    except RequestFailedError:
        return ""


def _slept(_client: Client, event: Event) -> str:
    return output.duration(int(event.body.get("until_ms", 0)) - int(event.body.get("from_ms", 0)))


def _breaker(_client: Client, event: Event) -> str:
    model, role, sort = (str(event.body.get(name)) for name in ("model", "role", "sort"))
    does = "is left alone for a while" if event.type == "breaker.opened" else "is asked again"
    return f"{model} {does} ({role}, {sort})"


def _alarm(_client: Client, event: Event) -> str:
    over = "" if event.type == "alarm.raised" else "over: "
    detail = f": {event.body['detail']}" if event.body.get("detail") else ""
    return f"{over}{event.body.get('alarm')}{detail}"


def _nothing(_client: Client, _event: Event) -> str:
    return ""


_LINES: Mapping[str, Callable[[Client, Event], str]] = {
    "shot.added": _file,
    "shot.rejected": _rejection,
    **dict.fromkeys(("session.revised", "session.closed", "session.summarised"), _session),
    **dict.fromkeys(("task.done", "task.abandoned", "task.reopened"), _task),
    "machine.slept": _slept,
    "source.changed": _source,
    "model.changed": _model,
    **dict.fromkeys(("breaker.opened", "breaker.closed"), _breaker),
    **dict.fromkeys(("alarm.raised", "alarm.cleared"), _alarm),
    "daemon.started": lambda _client, _event: "a daemon starts: breakers and alarms told of before are over",
    "daemon.stopping": lambda _client, _event: "the daemon stops",
    **dict.fromkeys(_JOBS, _job),
}
