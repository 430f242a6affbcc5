"""Parts of a session: each fits, and what comes in changes those near it alone."""

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from glimpsed.core.sessions.chunks import edges, key, parted
from glimpsed.core.sessions.material import Entry

MOST = 100


def made(sizes, changes=(), start=0):
    """Entries of these sizes in tokens."""
    named = [Entry(f"s{start + at}", at, at, (f"{start + at}",)) for at in range(len(sizes))]
    for at, change in zip(range(len(sizes)), changes, strict=False):
        named[at] = Entry(named[at].name, at, at, named[at].lines, change)
    return named


def keys(entries, sizes):
    found = parted(entries, sizes, MOST)
    return Counter(key("model", *(line for at in part for line in entries[at].lines)) for part in found)


def split(strengths, tokens, most, first, last):
    """What the rule of the file says, word for word."""
    if sum(tokens[first:last]) <= most or last - first < 2:
        return []
    at = max(range(first + 1, last), key=lambda index: strengths[index])
    return [*split(strengths, tokens, most, first, at), at, *split(strengths, tokens, most, at, last)]


SIZES = st.lists(st.integers(1, MOST), max_size=60)
CHANGES = st.lists(st.integers(0, 2), min_size=60, max_size=60)


@given(SIZES, CHANGES, st.integers(1, 300))
def test_edges_are_where_the_strongest_entries_part_what_is_too_long(sizes, changes, most):
    entries = made(sizes, changes)
    strengths = [(entry.change, hash(entry.name), entry.name) for entry in entries]
    assert edges(strengths, sizes, most) == split(strengths, sizes, most, 0, len(sizes))


@given(SIZES, CHANGES)
@example([], [])
@example([MOST + 1, MOST + 1], [])
def test_every_entry_is_in_one_part_and_every_part_fits(sizes, changes):
    found = parted(made(sizes, changes), sizes, MOST)
    assert [at for part in found for at in part] == list(range(len(sizes)))
    assert all(part and (sum(sizes[at] for at in part) <= MOST or len(part) == 1) for part in found)


@given(
    st.lists(st.integers(1, MOST), min_size=1, max_size=200),
    st.lists(st.integers(0, 2), min_size=200, max_size=200),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, MOST), st.integers(0, 2)), min_size=1, max_size=3),
)
def test_what_comes_late_changes_parts_near_it_alone(sizes, changes, late):
    entries, grown = made(sizes, changes), list(zip(made(sizes, changes), sizes, strict=True))
    for number, (at, size, change) in enumerate(late):
        name = f"late{number}"
        grown.insert(at, (Entry(name, 0, 0, (name,), change), size))
    more, more_sizes = [entry for entry, _ in grown], [size for _, size in grown]
    within = set()
    for at, entry in enumerate(more):
        if entry.name.startswith("late"):
            within |= near(at, more_sizes)
    known = keys(entries, sizes)
    for part in parted(more, more_sizes, MOST):
        name = key("model", *(line for at in part for line in more[at].lines))
        assert name in known or within & set(part), "a part far from what came is another now"


def near(at, sizes):
    """The entries within `MOST` tokens of one, and one more on either side, whose part may end there."""
    found = {at}
    for step in (-1, 1):
        index, left = at + step, MOST
        while 0 <= index < len(sizes) and left >= 0:
            found.add(index)
            left -= sizes[index]
            index += step
        found.add(index)
    return found


@given(st.lists(st.integers(1, MOST), min_size=2, max_size=300), st.data())
def test_growth_redoes_a_few_parts_however_long_a_session_is(sizes, data):
    cut = data.draw(st.integers(1, len(sizes) - 1))
    entries = made(sizes)
    before, after = keys(entries[:cut], sizes[:cut]), keys(entries[: cut + 1], sizes[: cut + 1])
    assert sum((after - before).values()) <= 12


@given(st.integers(200, 1000), st.integers(1, 40), st.integers(0, 10**6))
def test_parts_grow_with_what_there_is(count, size, start):
    found = parted(made([size] * count, start=start), [size] * count, MOST)
    assert len(found) <= 1 + 4 * count * size / MOST, "on the whole a part is a quarter full at least"


def test_a_part_begins_where_something_else_does():
    sizes = [10] * 16
    changes = [2] + [0] * 7 + [1] + [0] * 7
    assert parted(made(sizes, changes), sizes, MOST) == [list(range(8)), list(range(8, 16))]


def test_a_key_stands_for_every_byte():
    assert len({key("a", "bc"), key("ab", "c"), key("a", "b", "c"), key("abc")}) == 4
