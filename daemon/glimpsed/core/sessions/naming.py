"""What a sentence names: files, addresses, applications, identifiers, people, numbers, times, durations.

Rules of this file: pure and total. It goes by how things are written. A plain word names nothing; a word
with a capital within a sentence does, unless everybody knows it.
"""

import re
from collections.abc import Callable, Iterator

import msgspec

from glimpsed.core.rules.files import files_in
from glimpsed.core.rules.folding import fold
from glimpsed.core.rules.known import APPLICATIONS
from glimpsed.core.rules.known.websites import WEBSITES
from glimpsed.core.sessions.settings import HOUR_MS, MINUTE_MS

_QUOTED = re.compile(r"[\"“”„«`]([^\"“”„«»`]{1,120})[\"“”«»`]|(?<!\w)'([^']{2,120})'(?!\w)")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s,;()<>]+|(?<![\w@.])(?:[a-z0-9-]+\.)+"
    r"(?:com|org|net|io|dev|edu|gov|app|de|fr|uk|eu|ch|at)(?:/[^\s,;()<>]*)?(?![\w.]*\w)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IDENTIFIER = re.compile(
    r"#\d{1,8}\b|\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b"  # tickets
    r"|\b\w*[^\W_]_\w+\b|\b[a-z]+[A-Z]\w*\b|\b[A-Z][a-z]+[A-Z]\w*\b"  # snake_case, camelCase, PascalCase
    r"|\b[\w.]+\(\)|\bv?\d+\.\d+(?:\.\d+)*\b"  # calls, versions
    r"|\b(?=\w*\d)(?=\w*[A-Za-z])\w{2,}\b"  # numbers of models
)
_CLOCK = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?\b")
_WORDS = "two three four five six seven eight nine ten eleven twelve"
_NUMBERS: dict[str, float] = {name: value for value, name in enumerate(_WORDS.split(), 2)}
_NUMBERS |= {"a": 1, "an": 1, "one": 1, "half an": 0.5, "half a": 0.5}
_NUMBERS |= {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40}
_UNITS = {"h": HOUR_MS, "m": MINUTE_MS, "s": 1000}
_AMOUNT = rf"(\d+(?:[.,]\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})[\s-]?"
_DURATION = re.compile(
    rf"\b{_AMOUNT}(h|hrs?|hours?|m|min|mins|minutes?|s|sec|secs|seconds?)\b"
    rf"(?:(?:\s|,|and)*{_AMOUNT}(min|mins|minutes?|m)\b)?",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(\d{{1,4}}|{_WORDS.replace(' ', '|')}) (?:different |separate |distinct |other )?"
    r"(applications?|apps?|programs?|files?|documents?|pages?|projects?|interruptions?)\b",
    re.IGNORECASE,
)
_KINDS = {"application": "applications", "app": "applications", "program": "applications"}
_KINDS |= {"file": "documents", "document": "documents", "page": "documents", "project": "projects"}
_KINDS |= {"interruption": "interruptions"}
_NUMBER = re.compile(r"(?<![\w.,:/-])\d+(?:[.,]\d+)*(?![\w:/-])")
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\da-z_]|[\"“'(\d])")
_COMMON = """
january february march april may june july august september october november december monday tuesday
wednesday thursday friday saturday sunday english german french spanish italian python java javascript
typescript rust linux windows macos android internet web wi-fi bluetooth unicode markdown bash git docker
excel word powerpoint editing debugging reviewing running reading looking writing working
meeting messages planning presenting playing browsing changing
"""
"""Words with a capital that everybody uses, or with which a step begins, after a dialog's name, too; names of
applications among them are looked at as such."""

_PLAIN = """
access ark brave builder calculator calendar claude clock clocks console cursor discover dolphin eclipse
edge element evolution files finder illustrator kate keynote kitty linear maps meet messages nano notes
notion numbers obsidian opera outlook pages paint papers photos preview rider safari search settings signal
slack software steam teams terminal totem videos weather web word x zed zoom
"""
"""Names of applications that are words, too: they name one within a sentence, and with a capital."""

_COMMON_SET, _PLAIN_SET = frozenset(_COMMON.split()), frozenset(_PLAIN.split())
_KNOWN = {name for app in APPLICATIONS for name in (app.name, *app.titles.split("|"))} | {
    name for site in WEBSITES for name in (site.name, *site.titles.split("|"))
}
_LONGEST_FIRST = sorted(map(re.escape, filter(None, _KNOWN)), key=len, reverse=True)
_APPLICATION = re.compile(rf"(?<![\w.])(?:{'|'.join(_LONGEST_FIRST)})(?![\w.]*\w)")
_TITLED = 0.75
"""Share of the longer words with a capital from which all of them have one by custom."""

_LONG = 4
_FEW = 3


class Named(msgspec.Struct, frozen=True):
    """What a sentence names, as it is written. `durations` are milliseconds with the words that say them.

    `counts` are numbers of things of a kind that a timeline knows; `times` are of the clock on the wall.
    """

    names: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    durations: tuple[tuple[int, str], ...] = ()
    counts: tuple[tuple[int, str], ...] = ()


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [part for each in _SENTENCE.split(text) if (part := each.strip())]


def named(sentence: str) -> Named:
    """What one sentence, or a title, names."""
    left = _Rest(sentence)
    quoted = [(m[1] or m[2]).strip(" .,;:!?") for m in left.take(_QUOTED)]
    names = [name for name in quoted if fold(name)]
    names += [m.group().rstrip(".,;:!?") for m in (*left.take(_MAIL), *left.take(_ADDRESS))]
    files = files_in(left.text)
    for name in files:
        left.drop(name)
    names += files
    durations = [(_duration(m), m.group()) for m in left.take(_DURATION)]
    counts = [(_amount(m[1]), _kind(m[2])) for m in left.take(_COUNTED)]
    times = [m.group() for m in left.take(_CLOCK)]
    applications = [m.group() for m in left.take(_APPLICATION, _names_one)]
    names += [m.group().removesuffix("()") for m in left.take(_IDENTIFIER)]
    numbers = [m.group() for m in left.take(_NUMBER)]
    names += _proper(left.text)
    return Named(
        tuple(dict.fromkeys(names)),
        tuple(dict.fromkeys(applications)),
        tuple(numbers),
        tuple(times),
        tuple(durations),
        tuple((int(count), kind) for count, kind in counts if kind),
    )


class _Rest:
    """What of a sentence was not taken for anything yet."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(
        self, pattern: re.Pattern[str], wanted: Callable[[re.Match[str]], bool] = lambda _: True
    ) -> list[re.Match[str]]:
        """The matches that are wanted; each leaves a gap that is no word."""
        found = [match for match in pattern.finditer(self.text) if wanted(match)]
        for match in reversed(found):
            self.text = self.text[: match.start()] + "\x00" * len(match.group()) + self.text[match.end() :]
        return found

    def drop(self, name: str) -> None:
        """A name is taken; one that was mended stands there otherwise, and is dropped as another thing."""
        self.text = self.text.replace(name, "\x00" * len(name))


def _names_one(match: re.Match[str]) -> bool:
    """Whether a known name is one here, and not the plain word that it is, too."""
    word = match.group()
    if " " in word or word.casefold() not in _PLAIN_SET:
        return any(char.isupper() for char in word) or len(word) > _LONG
    heads = match.string.startswith(":", match.end())  # as `Messages: Ada` does
    return word[0].isupper() and match.start() > 0 and not heads


def _proper(text: str) -> Iterator[str]:
    """Words with a capital within a sentence, those that follow each other as one name."""
    words = list(_WORD.finditer(text))
    long = [word.group() for word in words if len(word.group()) >= _LONG]
    if len(long) >= _FEW and sum(word[0].isupper() for word in long) >= _TITLED * len(long):
        return  # a title with capitals by custom
    run: list[re.Match[str]] = []
    for word in (*words[1:], None):
        follows = word is not None and run and text[run[-1].end() : word.start()] == " "
        if word is not None and follows and _is_proper(word.group()):
            run.append(word)
            continue
        if run:
            yield text[run[0].start() : run[-1].end()].removesuffix("'s").removesuffix("\u2019s")
        run = [word] if word is not None and _is_proper(word.group()) else []


def _is_proper(word: str) -> bool:
    plain = word.removesuffix("'s").removesuffix("\u2019s")
    return plain[0].isupper() and not plain.isupper() and plain.casefold() not in _COMMON_SET


def _amount(said: str) -> float:
    return _NUMBERS.get(said.lower()) or float(said.replace(",", "."))


def _duration(match: re.Match[str]) -> int:
    """Milliseconds."""
    ms = _amount(match[1]) * _UNITS[match[2][0].lower()]
    if match[3]:
        ms += _amount(match[3]) * _UNITS["m"]
    return round(ms)


def _kind(word: str) -> str:
    return _KINDS.get(word.lower().removesuffix("s"), "")
