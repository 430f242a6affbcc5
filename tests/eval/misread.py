"""What OCR makes of a line: letters confused, words run together, ends cut off, whole lines not seen.

Rules of this file: the same line at the same place is misread in the same way for a while, as with real
engines: until it moves, or enough around it has changed.
"""

from random import Random

from eval.persona import Misreading
from glimpsed.core.model import PictureText, TextLine

TWINS = {
    "l": "1I|", "I": "l1", "1": "l", "O": "0", "0": "O", "o": "0", "S": "5", "5": "S", "B": "8", "8": "B",
    "m": ("rn",), "e": "c", "c": "e", "h": "b", "u": "v", "v": "y", "g": "q", "t": "f", "Z": "2", ".": ",",
    "i": "1l", "a": "o", "n": "ri", "_": (" ", ""), "-": ("", "_"), ":": (";",), "r": "n",
}  # fmt: skip

_WHILE_MS = 480_000


class Misreader:
    """Misreads pictures' texts at the rates given; `counts` says how often it did what."""

    def __init__(self, rates: Misreading, seed: str) -> None:
        """Everything follows from `seed` and the lines."""
        self._rates = rates
        self._seed = seed
        self._known: dict[tuple[str, int, int, int], str] = {}
        self.counts = {"confused": 0, "dropped": 0, "merged": 0, "cut": 0}

    def read(self, lines: list[TextLine], at_ms: int) -> PictureText:
        """What is read of these lines at a time, in reading order."""
        ordered = sorted(lines, key=lambda line: (line.box[1] // 8, line.box[0]))
        read = ((line, self._line(line, at_ms // _WHILE_MS)) for line in ordered)
        kept = tuple(TextLine(text, line.box, line.confidence) for line, text in read if text)
        return PictureText(kept, "scripted")

    def _line(self, line: TextLine, epoch: int) -> str:
        key = (line.text, line.box[0], line.box[1], epoch)
        if key not in self._known:
            self._known[key] = self._misread(line.text, Random(f"{self._seed}{key}"))
        return self._known[key]

    def _misread(self, text: str, rng: Random) -> str:
        rates = self._rates
        if rng.random() < rates.dropped:
            return self._counted("dropped", "")
        if " " in text and rng.random() < rates.merged:
            words = text.split(" ")
            at = rng.randrange(len(words) - 1)
            text = self._counted(
                "merged", " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])
            )
        if len(text) > 12 and rng.random() < rates.cut:
            text = self._counted("cut", text[: rng.randint(6, len(text) - 2)])
        if rng.random() < 1 - (1 - rates.confused) ** len(text):
            text = self._confused(text, rng)
        return text

    def _confused(self, text: str, rng: Random) -> str:
        """One letter becomes its twin, and more do in a long line."""
        for _ in range(1 + len(text) // 50):
            places = [i for i, letter in enumerate(text) if letter in TWINS]
            if places:
                at = rng.choice(places)
                text = self._counted("confused", text[:at] + rng.choice(TWINS[text[at]]) + text[at + 1 :])
        return text

    def _counted(self, what: str, text: str) -> str:
        self.counts[what] += 1
        return text
