"""Lists that come in pages: page after page, until there are enough.

Rules of this file: a page is asked for only when it is wanted.
"""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from glimpsed.wire.messages import MAX_PAGE


class Page(Protocol):
    """A reply with a part of a list."""

    @property
    def next(self) -> str | None:
        """Cursor of the page after it, None for the last one."""


P = TypeVar("P", bound=Page)


def pages(
    ask: Callable[[int, str | None], P],
    held: Callable[[P], int],
    limit: int | None,
    cursor: str | None = None,
) -> Iterator[P]:
    """Pages with `limit` things at most, None for all; `held` says how many are on one.

    `ask` is called with how many are wanted, and a cursor. There is always one page.
    """
    had = 0
    while True:
        page = ask(MAX_PAGE if limit is None else min(MAX_PAGE, limit - had), cursor)
        yield page
        had += held(page)
        cursor = page.next
        if cursor is None or (limit is not None and had >= limit):
            return
