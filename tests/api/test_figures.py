"""One look serves all who asked before it began, and nobody is told what is older than his question."""

import asyncio

import pytest

from glimpsed.api.figures import STATISTICS_S, Looks, Shared
from store_samples import with_database


class Counted:
    """A look that counts itself and ends when it is told to."""

    def __init__(self):
        self.begun = 0
        self.gates = []

    async def __call__(self):
        self.begun += 1
        number = self.begun
        gate = asyncio.Event()
        self.gates.append(gate)
        await gate.wait()
        return number


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def test_who_asks_while_a_look_goes_on_shares_the_next_one():
    async def body():
        shared, look = Shared(), Counted()
        first = asyncio.ensure_future(shared.get(look))
        await settle()
        late = [asyncio.ensure_future(shared.get(look)) for _ in range(20)]
        await settle()
        assert look.begun == 1
        look.gates[0].set()
        await settle()
        assert look.begun == 2
        look.gates[1].set()
        assert await first == 1
        assert await asyncio.gather(*late) == [2] * 20

    asyncio.run(body())


def test_who_gives_up_takes_nobody_along():
    async def body():
        shared, look = Shared(), Counted()
        first, second = (asyncio.ensure_future(shared.get(look)) for _ in range(2))
        await settle()
        first.cancel()
        await settle()
        look.gates[0].set()
        assert await second == 1

    asyncio.run(body())


def test_a_look_that_fails_fails_for_those_who_shared_it_and_for_nobody_else():
    async def fail():
        raise OSError("no disk")

    async def body():
        shared, look = Shared(), Counted()
        both = await asyncio.gather(shared.get(fail), shared.get(fail), return_exceptions=True)
        assert [type(each) for each in both] == [OSError, OSError]
        again = asyncio.ensure_future(shared.get(look))
        await settle()
        look.gates[0].set()
        assert await again == 1

    asyncio.run(body())


def test_statistics_are_a_second_old_at_most(tmp_path):
    async def body(db):
        looks = Looks()
        began = await looks.statistics(db, 100.0, 0)
        assert await looks.statistics(db, 100.0 + 0.9 * STATISTICS_S, 0) is began
        assert await looks.statistics(db, 100.0 + STATISTICS_S, 0) is not began

    with_database(tmp_path, body)


@pytest.mark.parametrize("asking", [1, 20])
def test_many_who_ask_at_once_cost_two_looks(tmp_path, asking):
    async def body(db):
        looks, reads = Looks(), []
        read = db.read

        class Counting:
            async def read(self, fn):
                reads.append(fn)
                return await read(fn)

        await asyncio.gather(*(looks.statistics(Counting(), 100.0, 0) for _ in range(asking)))
        assert len(reads) <= 2

    with_database(tmp_path, body)
