"""How text becomes the columns of a row in an index, the same in every index.

Rules of this file: pure. The columns are `COLUMNS`: words as `core.words` cuts them, then the grams of what
has no spaces, then the tags, which are asked for beside words.
"""

from collections.abc import Iterable, Sequence

from glimpsed.core.words import cut, grams, names

COLUMNS = "text, title, names, said, parts, tags"


def row(columns: Sequence[str], tagged: Iterable[str]) -> list[str]:
    """A row by the text of its first four columns and by its tags."""
    words = [cut(column) for column in columns]
    runs = {run for each in words for run in each.runs}
    runs.update(name for column in columns for name, _ in names(column))
    return [
        *(" ".join(each.plain) for each in words),
        " ".join(gram for run in sorted(runs) for gram in grams(run)),
        " ".join(sorted(tagged)),
    ]
