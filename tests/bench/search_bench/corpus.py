"""Screens as they follow each other on a desktop: a person goes between windows, and each changes a little.

Rules of this file: everything follows from the seed. Words are drawn by Zipf's law from 200,000; a screen is
mostly what it was a moment ago, and looks like no sentence, since nothing here depends on grammar.
"""

import itertools
import random
from bisect import bisect
from collections.abc import Iterator

import msgspec

VOCABULARY = 200_000
LINES = 62
UNCHANGED = 0.12
"""Shots that show the very picture before them."""

_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnprstvwz"
_CHROME = (
    "File Edit Selection View Go Run Terminal Help",
    "File Edit View Insert Format Styles Table Tools Window Help",
    "Activities Search Home Settings Share Sign in",
    "Back Forward Reload Bookmarks History Downloads",
)
_APPLICATIONS = (
    ("Visual Studio Code", "code_editor"),
    ("GNOME Terminal", "terminal"),
    ("Firefox", "web_browser"),
    ("Google Chrome", "web_browser"),
    ("LibreOffice Calc", "spreadsheet"),
    ("LibreOffice Writer", "word_processor"),
    ("Thunderbird", "email"),
    ("Slack", "chat"),
    ("Zoom", "video_conference"),
    ("Files", "file_manager"),
)


class Screen(msgspec.Struct, frozen=True):
    """What a shot shows; `same` when that is the picture of the shot before it in this window."""

    application: str
    kind: str
    title: str
    lines: tuple[str, ...]
    same: bool


class _Window:
    """An application with something open in it."""

    def __init__(self, corpus: "Corpus") -> None:
        self.application, self.kind = corpus.chance.choice(_APPLICATIONS)
        self.chrome = corpus.chance.choice(_CHROME)
        self.title = f"{corpus.line(3)} - {self.application}"
        self.lines = [corpus.line_of(self.kind) for _ in range(LINES)]


class Corpus:
    """Words and what is done with them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.words = [self._word(rank) for rank in range(VOCABULARY)]
        self._weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))

    def word(self) -> str:
        """A word, the commonest most often."""
        return self.words[bisect(self._weights, self.chance.random() * self._weights[-1])]

    def line(self, words: int) -> str:
        """So many words."""
        return " ".join(self.word() for _ in range(words))

    def line_of(self, kind: str) -> str:
        """A line as it is seen in applications of a kind: where there is code there are identifiers."""
        words = [self.word() for _ in range(self.chance.randint(1, 9))]
        if kind in ("code_editor", "terminal") and self.chance.random() < 0.5:
            words.append(self._identifier())
        return " ".join(words).capitalize()

    def screens(self) -> Iterator[Screen]:
        """Shot after shot, without end."""
        windows = [_Window(self) for _ in range(8)]
        at = 0
        while True:
            if self.chance.random() < 0.05:
                at = self.chance.randrange(len(windows))
                if self.chance.random() < 0.3:
                    windows[at] = _Window(self)
            window = windows[at]
            same = self.chance.random() < UNCHANGED
            if not same:
                self._go_on(window)
            lines = (window.chrome, window.title, *window.lines)
            yield Screen(window.application, window.kind, window.title, lines, same)

    def _go_on(self, window: _Window) -> None:
        """Something is typed, or it is scrolled."""
        if self.chance.random() < 0.15:
            gone = self.chance.randint(5, 40)
            window.lines = window.lines[gone:] + [self.line_of(window.kind) for _ in range(gone)]
        for _ in range(self.chance.randint(1, 6)):
            window.lines[self.chance.randrange(LINES)] = self.line_of(window.kind)

    def _identifier(self) -> str:
        first, second = self.word(), self.word()
        return f"{first}_{second}" if self.chance.random() < 0.5 else f"{first}{second.capitalize()}"

    def _word(self, rank: int) -> str:
        """Short ones are common; one in seven has a number in it, as versions and amounts have."""
        chance = random.Random(rank)
        length = 1 if rank < 90 else chance.choice((2, 2, 3, 3, 4))
        letters = "".join(chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(length))
        if rank < 90:
            return letters
        return f"{letters}{chance.randint(1, 99)}" if rank % 7 == 0 else letters + chance.choice("nrst")
