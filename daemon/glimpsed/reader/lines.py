"""Lines of text in the order in which a person reads them.

Rules of this file: pure. Lines whose middles are within half a line's height of each other share a baseline.
"""

from collections.abc import Iterable

from glimpsed.core.model import TextLine


def in_reading_order(lines: Iterable[TextLine]) -> tuple[TextLine, ...]:
    """Top to bottom, and left to right on one baseline; lines without text are dropped."""
    rows: list[list[TextLine]] = []
    for line in sorted((line for line in lines if line.text.strip()), key=_middle):
        if rows and _share_a_baseline(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda line: line.box[0]))


def _middle(line: TextLine) -> float:
    return line.box[1] + line.box[3] / 2


def _share_a_baseline(first: TextLine, other: TextLine) -> bool:
    return abs(_middle(first) - _middle(other)) <= min(first.box[3], other.box[3]) / 2
