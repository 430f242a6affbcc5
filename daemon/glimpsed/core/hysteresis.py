"""A switch that a measured value turns on and off, and that does not flutter while the value does.

Rules of this file: pure; `now` is monotonic seconds. Between two readings a value is taken for unchanged.
"""


class Hysteresis:
    """On once a value has been high for a while, off once it has been low for as long."""

    def __init__(self, above: float, below: float, hold_s: float) -> None:
        """On after `hold_s` at `above` or more, off after as long under `below` (<= `above`); first off."""
        self._above = above
        self._below = below
        self._hold_s = hold_s
        self._since: float | None = None  # when the value first spoke for the other position
        self.on = False

    def feed(self, value: float | None, now: float) -> bool:
        """Take in a reading and say whether it is on. None, a value that is not known, is off at once."""
        if value is None:
            self.on = False
        against = value is not None and (value < self._below if self.on else value >= self._above)
        if not against:
            self._since = None
        elif self._since is None:
            self._since = now
        if self.next_change is not None and now >= self.next_change:
            self.on, self._since = not self.on, None
        return self.on

    @property
    def next_change(self) -> float | None:
        """When it turns if the value stays as it was last; None when it then stays as it is."""
        return None if self._since is None else self._since + self._hold_s
