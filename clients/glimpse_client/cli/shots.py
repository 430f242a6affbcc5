"""`glimpse shots`: what there is, newest first."""

import datetime as dt
import re
from typing import Any

import click

from glimpse_client.cli import options, output
from glimpse_client.cli.paging import pages
from glimpse_client.client import Client
from glimpsed.wire.views import RejectionView, ShotView

_AGO = re.compile(r"(\d+)([smhdw])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def moment(text: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 time (local unless it says so) or an age (2h, 3d).

    Raises `BadParameter`.
    """
    try:
        if ago := _AGO.fullmatch(text):
            then = dt.datetime.now().astimezone() - dt.timedelta(seconds=int(ago[1]) * _UNITS[ago[2]])
        else:
            then = dt.datetime.fromisoformat(text).astimezone()
        return max(0, int(then.timestamp() * 1000))
    except OverflowError:
        raise click.BadParameter(f"{text!r} is beyond the calendar") from None
    except ValueError:
        raise click.BadParameter(f"{text!r} is neither like 2025-11-20T10:00 nor like 2h") from None


@click.command()
@click.option("--since", type=moment, help="Taken (or refused) at or after this time (2025-11-20, 2h).")
@click.option("--until", type=moment, help="Taken (or refused) before this time.")
@options.filled("--app", help="Only of this application.")
@options.filled("--rung", help="Only with a result of this rung (vision, reused, ocr, minimum).")
@options.filled("--session", help="Only of this session.")
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
        found = list(
            pages(
                lambda most, cursor: client.shots(limit=most, cursor=cursor, **wanted),
                lambda page: len(page.shots) + len(page.rejections),
                None if everything else limit,
            )
        )
    shots = [shot for page in found for shot in page.shots]
    rejections = [rejection for page in found for rejection in page.rejections]
    if as_json:
        output.say_json(shots=shots, rejections=rejections, next=found[-1].next)
        return
    rows = [_rejection(rejection) for rejection in rejections] or [_shot(shot) for shot in shots]
    output.table(rows)
    if not rows:
        output.talk("nothing was rejected" if filters["rejected"] else "no shots, or none that match")
    if found[-1].next:
        output.talk("there are more: --all, or a higher --limit")


def _shot(shot: ShotView) -> tuple[str, ...]:
    waiting = f" (awaiting {', '.join(shot.awaiting)})" if shot.awaiting else ""
    summary = f"{output.headline(shot.result)}{waiting}"
    return (output.taken(shot), shot.result.rung, shot.id, output.name_of(shot.path), summary)


def _rejection(rejection: RejectionView) -> tuple[str, ...]:
    again = f" ({rejection.times} times)" if rejection.times > 1 else ""
    return (output.moment(rejection.seen_ms), rejection.code, rejection.path, f"{rejection.detail}{again}")
