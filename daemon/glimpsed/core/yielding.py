"""When background work waits because the machine is wanted for something else: rules, as data.

Rules of this file: pure; `now` is monotonic seconds. Work that somebody waits for never yields. A rule whose
reading is not known is not in force: a machine that cannot tell must get its work done, too.
"""

from collections.abc import Collection, Mapping

import msgspec

from glimpsed.core.hysteresis import Hysteresis


class Rule(msgspec.Struct, frozen=True):
    """In force after its reading was at `above` or more for `hold_s`, until it was under `below` for as long.

    A rule has the name of its reading; `sentence` tells people why work waits.
    """

    name: str
    above: float
    below: float
    hold_s: float
    sentence: str


RULES = (
    # The most that one GPU is used by a process that is not ours, in %. A desktop that draws windows and a
    # film that is played stay well under this; a game, a rendering or a training does not.
    Rule("foreign_gpu", 40, 20, 10, "another process uses the GPU"),
    # 1 or 0. A plug that has a loose contact, or is moved to another socket, changes nothing.
    Rule("on_battery", 1, 1, 10, "the machine runs on its battery"),
)


class Yielding:
    """Which of the rules are in force."""

    def __init__(self, names: Collection[str]) -> None:
        """Only the rules with these `names` are minded; at first none is in force."""
        self._rules = [
            (rule, Hysteresis(rule.above, rule.below, rule.hold_s)) for rule in RULES if rule.name in names
        ]
        self.sentences: tuple[str, ...] = ()
        """Why background work waits, for people; none when it need not."""

    def feed(self, readings: Mapping[str, float | None], now: float) -> tuple[str, ...]:
        """Take in readings by name and say which rules are in force; one that is missing is not known."""
        found = [rule for rule, switch in self._rules if switch.feed(readings.get(rule.name), now)]
        self.sentences = tuple(rule.sentence for rule in found)
        return tuple(rule.name for rule in found)

    @property
    def next_change(self) -> float | None:
        """When a rule comes into force or ceases to be if the readings stay as they are."""
        changes = [switch.next_change for _, switch in self._rules if switch.next_change is not None]
        return min(changes, default=None)
