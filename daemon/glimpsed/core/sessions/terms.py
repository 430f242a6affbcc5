"""Topic terms: the words of a screen that may tell what it is about, as far as two readings agree on them.

Rules of this file: pure and total. Words that every application draws, numbers, clocks, dates and the weather
tell nothing and are left out. Of a word its shape is kept, so that it stays one however it is misread. Of
many words a sample is kept that depends on the words alone, so that two screens that share half of their
words share half of their samples.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

from glimpsed.core.rules.folding import fold, shape
from glimpsed.core.rules.known import APPLICATIONS
from glimpsed.core.rules.known.websites import WEBSITES

MAX_TERMS = 64
"""Terms kept of a screen: a cosine of samples of 64 errs by 0.06, less than what decides."""

_MAX_WORDS = 1500
_LEAST = 4
_TOKEN = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_COMMON = """
about after again also always another because been before being best between both came change click code could
date days does done down each ever every first from full general good great have here home hours into item
items just know last later learn less like list login long look made make many menu minutes more most much
must name need never next none number only open other over page part people please read same select send sent
should show since some sort start still such take text than that their them then there these they this those
through time title today tomorrow total type under until used user value very view want week well were what
when where which while will with within without work would year years yesterday your aber alle auch beim bitte
dann dass dein deine diese dieser dieses doch eine einem einen einer eines etwa fuer habe haben hier ihre
immer jetzt kann keine mehr mein nach nicht noch oder ohne schon sein seine sich sind und unter viel vom von
vor wenn werden wird wurde zum zur aussi avec cette comme dans depuis elle elles entre etre leur leurs mais
meme nous pour plus sans sont tous tout tres vous votre como con cuando desde donde ella esta este esto hace
hasta para pero porque sobre todo todos monday tuesday wednesday thursday friday saturday sunday january
february march april june july august september october november december montag dienstag mittwoch donnerstag
freitag samstag sonntag januar februar maerz juni juli oktober dezember lundi mardi mercredi jeudi vendredi
samedi dimanche cloudy sunny rain showers temps mostly partly clear snow rise drop english deutsch http https
html libre office py pyi ipynb java json jsonl yaml toml conf lock text jpeg webp docx xlsx xlsm pptx epub
"""


COMMON = frozenset(fold(word) for word in _TOKEN.findall(_COMMON))
"""Words that tell nothing anywhere, folded."""


def _furniture() -> frozenset[str]:
    drawn = [
        part
        for app in APPLICATIONS
        for part in (app.name, app.titles, app.bar, app.menu, app.labels, app.cues)
    ]
    drawn += [part for site in WEBSITES for part in (site.name, site.titles, site.hosts)]
    return COMMON | {fold(word) for text in drawn for word in _TOKEN.findall(text)}


FURNITURE = _furniture()
"""Words that applications draw, and those that tell nothing anywhere, folded."""

_SHAPES = frozenset(map(shape, FURNITURE))


def terms(lines: Iterable[str]) -> frozenset[str]:
    """Shapes of the words of `lines`, at most `MAX_TERMS`."""
    words: set[str] = set()
    for line in lines:
        for token in _TOKEN.findall(line):
            words |= _folded(token)
        if len(words) > _MAX_WORDS:
            break
    if len(words) <= MAX_TERMS:
        return frozenset(words)
    return frozenset(sorted(words, key=lambda word: (crc32(word.encode()), word))[:MAX_TERMS])


@lru_cache(maxsize=65536)
def _folded(token: str) -> frozenset[str]:
    if _CJK.search(token):
        return frozenset(_words(token))
    return frozenset(its for word in _words(token) if (its := shape(word)) not in _SHAPES)


def _words(token: str) -> list[str]:
    if script := _CJK.findall(token):
        return [run[i : i + 2] for run in script for i in range(len(run) - 1)]
    words = (fold(word) for word in _CAMEL.split(token) if sum(c.isdigit() for c in word) <= len(word) // 4)
    return [word for word in words if len(word) >= _LEAST and not word.isdigit()]
