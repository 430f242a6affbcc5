"""How well a picture fits what was looked for: BM25 over the columns of `search`, as functions for FTS5.

Rules of this file: a score follows from the picture's own words, and from figures that whoever asks holds
fast while they page: the mean length, and the weight of each phrase. So pictures that come in between change
no score. SQLite's own `bm25` counts every row that has a word before it ranks one, which takes too long for
words that are everywhere.
"""

import math
from typing import Any

import apsw

BOOSTS = (1.0, 4.0, 2.0, 2.0, 0.5, 0.0)
"""What a word counts in `text`, `title`, `names`, `said`, `parts` and `tags`."""

K, B = 1.2, 0.5
"""How soon the same word again adds nothing, and how much longer texts count less; screens are of a size."""

_LENGTHS = range(4)


def register(cx: apsw.Connection) -> None:
    """Let a connection rank."""
    cx.register_fts5_function("relevance", _relevance)
    cx.register_fts5_function("extent", _extent)


def weight(rows: float, pictures: float) -> float:
    """What a phrase counts that is in so many of the pictures: the rarer, the more."""
    return round(math.log(1 + (max(0.0, pictures - rows) + 0.5) / (rows + 0.5)), 3)


def _relevance(api: apsw.FTS5ExtensionApi, *figures: Any) -> float:
    """The score of a row by the mean length and the weights of the first phrases; others do not count."""
    mean, *weights = figures
    length = sum(map(api.column_size, _LENGTHS))
    often = K * (1 - B + B * length / mean)
    score = 0.0
    for phrase, counts in enumerate(weights):
        found = _frequency(api, phrase)
        if found:
            score += counts * found * (K + 1) / (found + often)
    return score


def _frequency(api: apsw.FTS5ExtensionApi, phrase: int) -> float:
    return sum(
        BOOSTS[column] * len(api.phrase_column_offsets(phrase, column))
        for column in api.phrase_columns(phrase)
    )


def _extent(api: apsw.FTS5ExtensionApi, *_: Any) -> str:
    """How many rows there are, and their words on average."""
    rows = max(1, api.row_count)
    return f"{rows} {sum(map(api.column_total_size, _LENGTHS)) / rows:.1f}"
