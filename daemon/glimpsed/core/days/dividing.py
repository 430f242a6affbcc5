"""A whole divided so that its parts add up to it.

Rules of this file: pure, in whole numbers; the method is that of the largest remainder.
"""

from collections.abc import Mapping, Sequence

from glimpsed.core.days.model import Spent
from glimpsed.core.sessions.model import Share
from glimpsed.core.sessions.settings import MINUTE_MS

_SCALE = 1_000_000
_ROUNDED = 500
"""Parts of `_SCALE` by which a share may be rounded: it has three digits."""


def minutes_of(ms: int) -> int:
    """Milliseconds in whole minutes, rounded."""
    return (ms + MINUTE_MS // 2) // MINUTE_MS


def apportion(whole: int, weights: Sequence[int]) -> list[int]:
    """`whole` divided by weights: each part is rounded up or down, and they add up to `whole`.

    All are 0 where nothing has any weight. Of equal remainders the first is rounded up.
    """
    total = sum(weights)
    if total <= 0:
        return [0] * len(weights)
    parts = [divmod(whole * weight, total) for weight in weights]
    left = whole - sum(part for part, _ in parts)
    ranked = sorted(range(len(parts)), key=lambda index: -parts[index][1])
    up = set(ranked[:left])
    return [part + (index in up) for index, (part, _) in enumerate(parts)]


def by_share(active_ms: int, shares: Sequence[Share]) -> dict[str, int]:
    """A session's presence by name; what its shares leave is that of the empty name."""
    weights: dict[str, int] = {}
    for share in shares:
        weights[share.name] = weights.get(share.name, 0) + max(0, round(share.part * _SCALE))
    rest = _SCALE - sum(weights.values())
    if not weights or rest > _ROUNDED * len(weights):
        weights[""] = weights.get("", 0) + rest
    return dict(zip(weights, apportion(active_ms, list(weights.values())), strict=True))


def divided(minutes: int, spent: Mapping[str, int], most: int) -> tuple[Spent, ...]:
    """Times by name, the longest first: `most` at most, then the others as one, then what has no name.

    They add up to `minutes`, as their milliseconds do to the sum of `spent`. What was seen in passing is
    there with none.
    """
    named = sorted(((ms, name) for name, ms in spent.items() if name), key=lambda row: (-row[0], row[1]))
    kept = named if len(named) <= most else named[: most - 1]
    rows = [(name, ms, 1) for ms, name in kept]
    if others := named[len(kept) :]:
        rows.append(("", sum(ms for ms, _ in others), len(others)))
    if spent.get(""):
        rows.append(("", spent[""], 1))
    shown = apportion(minutes, [ms for _, ms, _ in rows])
    return tuple(Spent(name, ms, part, names) for (name, ms, names), part in zip(rows, shown, strict=True))
