"""The memory that there really is, whoever takes it: what does not fit finds none."""

from collections.abc import Collection

from glimpsed.core.fit import Need
from glimpsed.core.residency import Room


class Memory:
    """Bytes of GPUs and of main memory: those of our children, of `others`, and `hidden` ones.

    `others` are seen by everybody who looks; what is `hidden` is there all the same, as where a driver
    reports late. Each child takes `percent` of what it is planned to take, and `growth` more while it runs.
    """

    def __init__(self, total: Room, *, percent: int = 100, growth: int = 0) -> None:
        """Nobody takes any."""
        self.total = total
        self.percent = percent
        self.growth = growth
        self.others = Room(0, 0)
        self.hidden = Room(0, 0)
        self._children: dict[str, Need] = {}

    @property
    def seen(self) -> Room:
        """What somebody who looks says that models may take in all."""
        gpu, main = self.total.gpu - self.others.gpu, self.total.main - self.others.main
        return Room(max(0, gpu), max(0, main))

    def start(self, name: str, planned: Need) -> bool:
        """A child takes what it needs, so measured; False when it finds less."""
        need = planned if planned.measured else self._needed(planned)
        if not self._holds(need):
            return False
        self._children[name] = need
        return True

    def measured(self, name: str) -> Need:
        """What a child says that it took."""
        return self._children[name]

    def keep(self, names: Collection[str]) -> None:
        """Only these children are there yet."""
        self._children = {name: need for name, need in self._children.items() if name in names}

    @property
    def suffices(self) -> bool:
        """Whether there is enough for a child that works."""
        return self._holds(Need({}, {"growth": self.growth}))

    def _needed(self, planned: Need) -> Need:
        on_gpu, in_main = (
            {what: size * self.percent // 100 for what, size in of.items()}
            for of in (planned.on_gpu, planned.in_main)
        )
        return Need(on_gpu, in_main, measured=True)

    def _holds(self, more: Need) -> bool:
        together = sum(self._children.values(), more)
        taken = Room(self.others.gpu + self.hidden.gpu, self.others.main + self.hidden.main)
        return together.fits(self.total.gpu - taken.gpu, self.total.main - taken.main)
