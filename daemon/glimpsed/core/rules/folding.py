"""Text as two readings of one screen agree on it: spaces, case, accents and look-alikes folded away.

Rules of this file: pure and total. Folding is for comparing only; what is shown to a person is the text as
it was read.
"""

import unicodedata

_LOOK_ALIKES = str.maketrans({"o": "0", "i": "1", "l": "1", "|": "1", "!": "1"})
_MISREAD = str.maketrans("efqvyhar", "ctguub0n")
_DIGITS = str.maketrans("258", "zsb")


def fold(text: str) -> str:
    """Reduce `text` to what survives OCR: no spaces, case, accents, signs; o as 0, i and l as 1, rn as m."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in plain if c.isalnum() or c in "|!+")
    return kept.translate(_LOOK_ALIKES).replace("rn", "m")


def shape(text: str) -> str:
    """What is left of a folded text when letters that are often read for each other are one.

    c is e, f is t, g is q, u is v and y, b is h, o is a, n is r. Few words are told apart by these alone.
    """
    return text.translate(_MISREAD)


def folded(alternatives: str) -> frozenset[str]:
    """Fold each of several texts separated by `|`."""
    return frozenset(split(alternatives))


def lettered(text: str) -> str:
    """A name with letters in place of digits that are read for them: 5afari. Of 0 and 1 `fold` makes one."""
    return text.translate(_DIGITS)


def shapes(alternatives: str) -> frozenset[str]:
    """The shapes of several texts separated by `|`."""
    return frozenset(map(shape, split(alternatives)))


def split(alternatives: str) -> tuple[str, ...]:
    """Fold each of several texts separated by `|`, in order; empty ones are left out."""
    return tuple(text for part in alternatives.split("|") if (text := fold(part)))


def alike(a: str, b: str) -> bool:
    """Whether two folded texts are one, granting one wrong character in eight, but not at both ends."""
    if a == b:
        return True
    if a[:3] != b[:3] and a[-3:] != b[-3:]:
        return False
    allowed = min(len(a), len(b)) // 8
    return abs(len(a) - len(b)) <= allowed and _distance_within(a, b, allowed)


def _distance_within(a: str, b: str, limit: int) -> bool:
    """The edit distance, worked out only where it can be within `limit`: near the diagonal."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        previous, row = row, [i, *[limit + 1] * len(b)]
        for j in range(max(1, i - limit), min(len(b), i + limit) + 1):
            row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (left != b[j - 1]))
        if min(row) > limit:
            return False
    return row[-1] <= limit
