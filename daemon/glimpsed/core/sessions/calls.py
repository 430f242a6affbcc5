"""Calls: whether the buttons of a call are on a screen.

Rules of this file: pure and total. Programs for calls write the same few words on their buttons, in the
language of whoever uses them; a title seldom says that a call is on. Pages of settings name microphones and
cameras, and any page may be left or reacted to, so it takes what is done and a device, or raised hands and
reactions and one of both, and more.
"""

import re
from functools import lru_cache

from glimpsed.core.rules.folding import fold, lettered, shape
from glimpsed.core.sessions.call_words import EVERY

_LONG = 5
"""Letters of a word that may be misread: hand and band are two."""


def _key(word: str) -> str:
    """A word of a button as it is compared."""
    folded = fold(lettered(word))
    return shape(folded) if len(folded) >= _LONG else folded


def _keys(part: str) -> frozenset[str]:
    """The keys of one part of the words of every language."""
    return frozenset(_key(word) for words in EVERY for word in getattr(words, part).split("|") if word)


_ACTS, _ENDS, _MICROPHONES, _RAISE, _REACT, _CALL, _BESIDE = map(
    _keys, ("acts", "ends", "microphones", "raises", "reacts", "call", "beside")
)
_DEVICES = _MICROPHONES | _keys("cameras")
_TELLING = _ACTS | _ENDS | _DEVICES | _RAISE | _REACT | _CALL | _keys("more")

_TURN, _OFF, _MUTE = _key("turn"), _key("off"), _key("mute")
_MANY, _MORE, _BAR = 4, 5, 80
"""Words of buttons that are on the screen together, more of them where no device or nothing done is among
them; alone or in rows of at most so many letters."""

_BETWEEN = re.compile(r"[\s'\u2019]+")


def in_call(lines: tuple[str, ...]) -> bool:
    """Whether the buttons of a call are on the screen, in lines that consist of nothing else.

    Devices that can be turned off are in settings, too: something else that is done in calls is beside them.
    """
    found = frozenset[str]().union(*(_buttons(line) for line in lines if len(line) <= _BAR))
    act, device, raises, reacts = (not found.isdisjoint(of) for of in (_ACTS, _DEVICES, _RAISE, _REACT))
    act = act or (not found.isdisjoint(_ENDS) and (raises or reacts))
    if act and device:
        return len(found) >= _MANY and not found <= _ACTS | _ENDS | _DEVICES
    return (act or device) and raises and reacts and len(found) >= _MORE


@lru_cache(maxsize=16384)
def _buttons(line: str) -> frozenset[str]:
    """The telling words of buttons that a line consists of; none if it has any other word.

    To turn a microphone off is an act. What is counted on a button tells nothing. One that begins a call with
    a device is seen by those who are in none.
    """
    words = [word for word in _BETWEEN.split(line.strip()) if 2 * sum(map(str.isdigit, word)) < len(word)]
    keys = frozenset(map(_key, words))
    found = keys - _BESIDE - {""}
    if not found <= _TELLING or not (found.isdisjoint(_CALL) or found.isdisjoint(_DEVICES)):
        return frozenset()
    return found | {_MUTE} if {_TURN, _OFF} <= keys and not found.isdisjoint(_MICROPHONES) else found
