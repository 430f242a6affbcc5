"""How long a call of a model will take: learnt from those before, for each model and device.

Rules of this file: pure; what is told is in milliseconds, what is predicted in seconds. A call is three
kinds of work: slices that are encoded, tokens of the prompt that are evaluated, tokens that are written. What
a unit of each costs depends on the model and its device, how much of each there is on the model and the role.
Both are exponentially weighted means, so that what is recent counts most. Costs are weighted by units, too:
a question of a few tokens is mostly overhead, and not what a token costs in a prompt of a thousand.
"""

from collections import defaultdict

import msgspec

KEEP = 0.8
"""How much of its weight what was learnt keeps with each new sample: half of it after three."""


class Sample(msgspec.Struct, frozen=True):
    """A call that was answered: how much work of each kind it was and how long that took; none negative.

    `new_tokens` are those of the prompt that were not kept from an earlier one.
    """

    encoded: int
    new_tokens: int
    output_tokens: int
    encode_ms: int
    prefill_ms: int
    generate_ms: int

    @property
    def work(self) -> tuple[tuple[int, int], ...]:
        """Units and milliseconds of each kind of work."""
        return (
            (self.encoded, self.encode_ms),
            (self.new_tokens, self.prefill_ms),
            (self.output_tokens, self.generate_ms),
        )


class _Mean(msgspec.Struct):
    """A weighted mean that forgets; 0 as long as nothing had any weight."""

    total: float = 0.0
    weight: float = 0.0

    def learn(self, total: float, weight: float = 1.0) -> None:
        """Take in a total over so many units; one over none teaches nothing and has nothing forgotten."""
        if weight > 0:
            self.total = KEEP * self.total + total
            self.weight = KEEP * self.weight + weight

    @property
    def value(self) -> float:
        """The mean of one unit."""
        return self.total / self.weight if self.weight else 0.0


def _three() -> tuple[_Mean, _Mean, _Mean]:
    return _Mean(), _Mean(), _Mean()


class Predictor:
    """What calls and loads of each model took so far, and what the next is expected to take."""

    def __init__(self) -> None:
        self._costs: defaultdict[tuple[str, str], tuple[_Mean, ...]] = defaultdict(_three)
        self._amounts: defaultdict[tuple[str, str], tuple[_Mean, ...]] = defaultdict(_three)
        self._loads: defaultdict[tuple[str, str], _Mean] = defaultdict(_Mean)

    def learn(self, model: str, device: str, role: str, sample: Sample) -> None:
        """A call was answered. Work that there was none of says nothing of what that work costs."""
        costs, amounts = self._costs[model, device], self._amounts[model, role]
        for (units, ms), cost, amount in zip(sample.work, costs, amounts, strict=True):
            cost.learn(ms, units)
            amount.learn(units)

    def loaded(self, model: str, device: str, ms: int) -> None:
        """A load went well and took this long."""
        self._loads[model, device].learn(ms)

    def predicted_s(self, model: str, device: str, role: str) -> float | None:
        """How long a call of the usual size will take on a model that is loaded.

        None when too little was learnt: nothing of the role, or not yet what some of its work costs here.
        """
        costs, amounts = self._costs.get((model, device)), self._amounts.get((model, role))
        if costs is None or amounts is None:
            return None
        if any(amount.value and not cost.weight for cost, amount in zip(costs, amounts, strict=True)):
            return None
        return sum(cost.value * amount.value for cost, amount in zip(costs, amounts, strict=True)) / 1000

    def load_s(self, model: str, device: str) -> float | None:
        """How long a load will take, None when there was none yet."""
        load = self._loads.get((model, device))
        return load.value / 1000 if load is not None else None
