"""What is over its threshold, raised and cleared once: rules, as data.

Rules of this file: pure; `now` is monotonic seconds. An alarm changes nothing but what people are told. One
whose reading is not known is cleared: nothing is claimed that cannot be told.
"""

from collections.abc import Mapping

import msgspec

from glimpsed.core.hysteresis import Hysteresis
from glimpsed.core.overview import AlarmOverview


class Rule(msgspec.Struct, frozen=True):
    """Raised after its reading was at `above` or more for `hold_s`, until it was under `below` for as long.

    A rule has the name of its reading; `detail` tells people, with the reading in its place.
    """

    name: str
    above: float
    below: float
    hold_s: float
    detail: str


RULES = (
    # Seconds that the oldest job has waited, those in the background left out; the least urgent of the others
    # are meant to have their turn within an hour.
    Rule("oldest_wait", 3600, 1800, 60, "a job has waited for {:.0f} s"),
    # Of the last calls of models, the share that failed: well before half, where breakers open.
    Rule("error_rate", 0.2, 0.1, 60, "{:.0%} of the last calls of models failed"),
    # What models take, as a share of what they may. They are placed so that they fill it at most.
    Rule("memory", 1.01, 0.97, 30, "models take {:.0%} of the memory that is meant for them"),
)


class AlarmChange(msgspec.Struct, frozen=True):
    """An alarm was `raised` or else cleared; `detail` has the reading, empty where that is not known."""

    name: str
    raised: bool
    detail: str


class Alarms:
    """Which alarms are raised."""

    def __init__(self) -> None:
        """None is raised."""
        self._rules = [(rule, Hysteresis(rule.above, rule.below, rule.hold_s)) for rule in RULES]
        self._details: dict[str, str] = {}

    def feed(self, readings: Mapping[str, float | None], now: float) -> list[AlarmChange]:
        """Take in readings by name and say what changed by them; one that is missing is not known."""
        changes = []
        for rule, switch in self._rules:
            value, before = readings.get(rule.name), switch.on
            self._details[rule.name] = "" if value is None else rule.detail.format(value)
            if switch.feed(value, now) != before:
                changes.append(AlarmChange(rule.name, switch.on, self._details[rule.name]))
        return changes

    @property
    def raised(self) -> tuple[AlarmOverview, ...]:
        """The alarms that are raised, each with its reading of late."""
        return tuple(
            AlarmOverview(rule.name, self._details[rule.name]) for rule, switch in self._rules if switch.on
        )

    @property
    def next_change(self) -> float | None:
        """When an alarm is raised or cleared if the readings stay as they are."""
        changes = [switch.next_change for _, switch in self._rules if switch.next_change is not None]
        return min(changes, default=None)
