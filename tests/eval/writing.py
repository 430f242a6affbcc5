"""What stands in windows: lines made of a matter's words, which grow and are scrolled as people work.

Rules of this file: everything follows from the words, the templates of the application and one seed. A
document keeps to its own part of the matter's words, so two documents of one matter share some, not all.
"""

import functools
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from eval.persona import PLACEHOLDER, App, Aside, Matter, Persona

_OWN_SHARE = 0.55
"""Of the matter's words, those that one document uses."""

_COMMON_RATE, _ABOUT_RATE = 0.12, 0.3
_LENGTH = {"terminal": 30, "chat": 24, "mail": 30, "call": 12, "canvas": 40, "sheet": 70}
_USUAL_LENGTH = 120
_FILE = tomllib.loads((Path(__file__).parent / "layouts.toml").read_text(encoding="utf-8"))
LINES: dict[str, list[str]] = _FILE["lines"]
"""Templates of each layout, where an application has none of its own."""


class Document:
    """One document: its lines, and the part of them that is in view."""

    def __init__(self, persona: Persona, app: App, about: Matter | Aside, title: str, seed: str) -> None:
        """Made by `seed` alone; the same seed gives the same document."""
        self._rng = Random(seed)
        self._persona = persona
        self._people = persona.people
        self._templates = [_template(text) for text in app.lines or LINES[app.layout]]
        words = list(dict.fromkeys(about.words.split()))
        kept = Random(title + seed).sample(words, min(len(words), max(12, int(_OWN_SHARE * len(words)))))
        self._words: Sequence[str] = kept
        self._common = persona.common.split() or _FILE["common"]
        self.about: Sequence[str] = ()  # words of what else is worked at: messages are often about that
        length = _LENGTH.get(app.layout, _USUAL_LENGTH)
        self._grows = app.layout in ("terminal", "chat", "call")
        self.lines = [self._line() for _ in range(length)]
        self._at = max(0, length - 40) if self._grows else self._rng.randrange(max(1, length // 2))

    def view(self, rows: int) -> list[str]:
        """The lines that are in view now."""
        return self.lines[-rows:] if self._grows else self.lines[self._at : self._at + rows]

    def work(self) -> None:
        """Something happens: a few lines more, or changed, or others in view."""
        if self._grows:
            self.lines += [self._line() for _ in range(self._rng.randint(1, 6))]
            del self.lines[:-200]
        elif self._rng.random() < 0.5:
            step = self._rng.choice((-25, -8, -3, 3, 8, 25))
            self._at = min(max(0, self._at + step), max(0, len(self.lines) - 20))
        else:
            at = self._at + self._rng.randrange(20)
            self.lines[at : at + 2] = [self._line() for _ in range(self._rng.randint(1, 3))]

    def _line(self) -> str:
        return fill(self._rng.choice(self._templates), self._rng, self._word, self._people)

    def _word(self) -> str:
        if self.about and self._rng.random() < _ABOUT_RATE:
            return self._rng.choice(self.about)
        if self._rng.random() < _COMMON_RATE:
            return self._rng.choice(self._common)
        # The first words of a document's own part come up far more often than the last, as words do.
        return self._words[int(len(self._words) * self._rng.random() ** 1.6)]


Template = tuple[str, ...]


@functools.cache
def _template(text: str) -> Template:
    """Texts and, in every second place, names of placeholders."""
    return tuple(PLACEHOLDER.split(text))


def fill(template: Template, rng: Random, word: Callable[[], str], people: Sequence[str]) -> str:
    """Put something in each place of a template."""
    made: list[str] = []
    for index, part in enumerate(template):
        made.append(_value(part, rng, word, people) if index % 2 else part)
    return "".join(made)


def _value(name: str, rng: Random, word: Callable[[], str], people: Sequence[str]) -> str:
    made: dict[str, Callable[[], str]] = {
        "w": word,
        "W": lambda: word().capitalize(),
        "n": lambda: str(rng.randint(1, rng.choice((60, 9999)))),
        "m": lambda: f"{rng.randint(1, 99_999):,}.{rng.randint(0, 99):02}",
        "name": lambda: rng.choice(people),
        "time": lambda: f"{rng.randint(8, 17)}:{rng.randint(0, 59):02}",
        "date": lambda: f"{rng.randint(1, 28)}.{rng.randint(1, 12)}.2026",
    }
    return made[name]() if name in made else ""
