"""`glimpse watch`: each shot, its progress and its result, as they land.

Rules of this file: subscribed before the recent shots are read, so that none falls between. An event is
shown with what is known when it is shown, which may be more than when it happened.
"""

from collections.abc import Callable, Mapping
from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client
from glimpse_client.errors import RequestFailedError
from glimpse_client.watch import Item, Watch
from glimpsed.wire.errors import ErrorCode
from glimpsed.wire.messages import MAX_PAGE, Event
from glimpsed.wire.views import ShotView

_COLOURS = {"shot.described": "green", "shot.read": "cyan", "shot.rejected": "red"}
_JOBS = ("job.started", "job.failed", "job.poisoned")


@click.command()
@click.option("--recent", type=click.IntRange(0, MAX_PAGE), default=0, help="Begin with the last N shots.")
@options.as_json
def command(*, recent: int, as_json: bool) -> None:
    """Show each shot's progress and result as it lands; ends with the daemon or Ctrl-C."""
    show = _show_json if as_json else _show
    with Client() as client, Watch(client) as watch:
        for shot in reversed(client.shots(limit=recent).shots if recent else []):
            if as_json:
                output.say_json(type="recent", shot=shot)
            else:
                _say(output.clock(shot.added_ms), "recent", _progress(shot))
        for item in watch:
            show(client, item)


def _show_json(client: Client, item: Item) -> None:
    if isinstance(item, Event):
        fields: dict[str, Any] = {"seq": item.seq, "at_ms": item.at_ms, "type": item.type, "body": item.body}
        output.say_json(**fields, shot=_shot_of(client, item) if item.type.startswith("shot.") else None)
    else:
        output.say_json(type=type(item).__name__.lower(), **item._asdict())


def _show(client: Client, item: Item) -> None:
    if not isinstance(item, Event):
        output.talk(f"events up to {item.latest} were missed; `glimpse shots` shows what came of them")
        return
    describe = _LINES.get(item.type, _nothing)
    if said := describe(client, item):
        _say(output.clock(item.at_ms), item.type, said, _COLOURS.get(item.type))


def _say(clock: str, what: str, said: str, colour: str | None = None) -> None:
    output.say(f"{clock}  {what.removeprefix('shot.'):<14}  {said}", colour)


def _shot_of(client: Client, event: Event) -> ShotView | None:
    if "shot" not in event.body:
        return None
    try:
        return client.shot(str(event.body["shot"])).shot
    except RequestFailedError as error:
        if error.code != ErrorCode.NOT_FOUND:
            raise
        return None


def _file(client: Client, event: Event) -> str:
    shot = _shot_of(client, event)
    if shot is None:
        return ""
    if not event.body.get("new_picture", True):
        return _progress(shot)  # nothing more will be said of a picture that was seen before
    return f"{output.name_of(shot.path)}  {shot.width}x{shot.height}, {output.size(shot.bytes)}"


def _result(client: Client, event: Event) -> str:
    shot = _shot_of(client, event)
    return "" if shot is None else _progress(shot)


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
    if job.kind == "read" and event.type == "job.started":  # over in a moment, and `shot.read` says so
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


def _nothing(_client: Client, _event: Event) -> str:
    return ""


_LINES: Mapping[str, Callable[[Client, Event], str]] = {
    "shot.added": _file,
    "shot.read": _result,
    "shot.described": _result,
    "shot.rejected": _rejection,
    "source.changed": _source,
    "model.changed": _model,
    "daemon.stopping": lambda _client, _event: "the daemon stops",
    **dict.fromkeys(_JOBS, _job),
}
