"""Options that verbs share, and the errors that they may cause.

Rules of this file: an option means the same in every verb that has it.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import click

from glimpsed.wire.days import DATE

MAX_DEADLINE_S = 86_400
"""Longest deadline that a daemon takes: a day."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

as_json: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _filled(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """What was given. Raises `BadParameter` where that is nothing, like an empty variable in a script."""
    if text == "":
        raise click.BadParameter("it is empty")
    return text


def filled(*names: str, help: str) -> Decorator:  # noqa: A002 - as click calls it
    """An option that takes a text, and no empty one."""
    return click.option(*names, callback=_filled, help=help)


deadline: Decorator = click.option(
    "--deadline",
    "deadline_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True, max=MAX_DEADLINE_S),
    help="After so many seconds a model need not begin, or go on.",
)


def _date(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    """A date as a daemon takes it. Raises `BadParameter`."""
    try:
        if text not in ("today", "yesterday"):
            dt.date.fromisoformat(text if re.fullmatch(DATE, text) else "")
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is neither a date like 2025-11-20 nor today or yesterday"
        ) from None
    return text


date: Decorator = click.argument("date", callback=_date, default="today")


def timeout(default_s: float) -> Decorator:
    """`--timeout S`: how long to wait before giving up with exit code 4."""
    kind = click.FloatRange(min=0, min_open=True)
    text = "Seconds to wait before giving up."
    return click.option("--timeout", "timeout_s", type=kind, default=default_s, show_default=True, help=text)
