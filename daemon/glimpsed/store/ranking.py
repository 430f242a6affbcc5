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

_TEXT = 0  # the column whose length counts; the others are short


def register(cx: apsw.Connection) -> None:
    """Let a connection rank."""
    cx.register_fts5_function("relevance", _relevance)
    cx.register_fts5_function("extent", _extent)


def weight(rows: float, pictures: float) -> float:
    """What a phrase counts that is in so many of the pictures: the rarer, the more."""
    return round(math.log(1 + (max(0.0, pictures - rows) + 0.5) / (rows + 0.5)), 3)


def _relevance(api: apsw.FTS5ExtensionApi, *figures: Any) -> float:
    """The score of a row by the mean length and the weights of the first phrases; others do not count.

    It is called for every row that matches, so it is written to be quick.
    """
    often = K * (1 - B + B * api.column_size(_TEXT) / figures[0])
    score = 0.0
    for phrase, counts in enumerate(figures[1:]):
        found = 0.0
        for column in api.phrase_columns(phrase):
            found += BOOSTS[column] * len(api.phrase_column_offsets(phrase, column))
        if found:
            score += counts * found * (K + 1) / (found + often)
    return score


def _extent(api: apsw.FTS5ExtensionApi, *_: Any) -> str:
    """How many rows there are, and the words of their text on average."""
    rows = max(1, api.row_count)
    return f"{rows} {api.column_total_size(_TEXT) / rows:.1f}"
