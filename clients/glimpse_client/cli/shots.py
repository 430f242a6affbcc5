"""`glimpse shots`: what there is, newest first."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client
from glimpsed.wire.messages import MAX_PAGE, ShotsReply
from glimpsed.wire.views import RejectionView, ShotView

_AGO = re.compile(r"(\d+)([smhdw])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def moment(text: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 time (local unless it says so) or an age (2h, 3d)."""
    now = dt.datetime.now().astimezone()
    if ago := _AGO.fullmatch(text):
        then = now - dt.timedelta(seconds=int(ago[1]) * _UNITS[ago[2]])
    else:
        try:
            then = dt.datetime.fromisoformat(text).astimezone()
        except ValueError:
            raise click.BadParameter(f"{text!r} is neither like 2025-11-20T10:00 nor like 2h") from None
    return max(0, int(then.timestamp() * 1000))


@click.command()
@click.option("--since", type=moment, help="Taken (or refused) at or after this time (2025-11-20, 2h).")
@click.option("--until", type=moment, help="Taken (or refused) before this time.")
@click.option("--app", help="Only of this application.")
@click.option("--rung", help="Only with a result of this rung (vision, reused, ocr, minimum).")
@click.option("--session", help="Only of this session.")
@click.option("--rejected", is_flag=True, help="The files that were refused instead, and why.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@options.as_json
def command(*, limit: int, everything: bool, as_json: bool, **filters: Any) -> None:
    """What there is, newest first."""
    if filters["rejected"] and any(filters[name] is not None for name in ("app", "rung", "session")):
        raise click.UsageError(
            "--rejected goes with no --app, --rung or --session: such a file has no result."
        )
    wanted = {
        "since_ms": filters["since"],
        "until_ms": filters["until"],
        "application": filters["app"],
        "rung": filters["rung"],
        "rejected": filters["rejected"],
        "session": filters["session"],
    }
    with Client() as client:
        pages = list(_pages(client, None if everything else limit, wanted))
    shots = [shot for page in pages for shot in page.shots]
    rejections = [rejection for page in pages for rejection in page.rejections]
    if as_json:
        output.say_json(shots=shots, rejections=rejections, next=pages[-1].next)
        return
    rows = [_rejection(rejection) for rejection in rejections] or [_shot(shot) for shot in shots]
    output.table(rows)
    if not rows:
        output.talk("nothing was rejected" if filters["rejected"] else "no shots, or none that match")
    if pages[-1].next:
        output.talk("there are more: --all, or a higher --limit")


def _pages(client: Client, limit: int | None, filters: dict[str, Any]) -> Iterator[ShotsReply]:
    cursor, had = None, 0
    while True:
        page_limit = MAX_PAGE if limit is None else min(MAX_PAGE, limit - had)
        page = client.shots(limit=page_limit, cursor=cursor, **filters)
        yield page
        had += len(page.shots) + len(page.rejections)
        cursor = page.next
        if cursor is None or (limit is not None and had >= limit):
            return


def _shot(shot: ShotView) -> tuple[str, ...]:
    waiting = f" (awaiting {', '.join(shot.awaiting)})" if shot.awaiting else ""
    summary = f"{output.headline(shot.result)}{waiting}"
    return (output.taken(shot), shot.result.rung, shot.id, output.name_of(shot.path), summary)


def _rejection(rejection: RejectionView) -> tuple[str, ...]:
    again = f" ({rejection.times} times)" if rejection.times > 1 else ""
    return (output.moment(rejection.seen_ms), rejection.code, rejection.path, f"{rejection.detail}{again}")
