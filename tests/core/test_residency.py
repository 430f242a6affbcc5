"""Who is in memory with whom, and what is made smaller before anybody must leave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.fit import Need, Settings
from glimpsed.core.residency import (
    CONTEXT,
    KV_TYPE,
    PROJECTOR,
    Held,
    Placement,
    Plan,
    Room,
    place,
    variants,
)

EVERYTHING = frozenset({CONTEXT, KV_TYPE, PROJECTOR})


def ways(settings, automatic, smallest=3072):
    return [
        (each.settings.context, each.settings.kv_type, each.settings.projector_on_gpu)
        for each in variants(settings, frozenset(automatic), smallest)
    ]


def plan(gpu, main=0, context=4096):
    return Plan(context, "f16", projector_on_gpu=True, need=Need({"all": gpu}, {"all": main}))


def held(gpu, priority=0, last_used=0.0, *, idle=True, main=0):
    return Held(Need({"all": gpu}, {"all": main}), priority, last_used, idle)


PLENTY = 10**6


@pytest.mark.parametrize(
    ("settings", "automatic", "smallest", "expected"),
    [
        (Settings(8192), {}, 3072, [(8192, "f16", True)]),
        (
            Settings(8192),
            EVERYTHING,
            3072,
            [
                (8192, "f16", True),
                (4096, "f16", True),
                (3072, "f16", True),
                (3072, "q8_0", True),
                (3072, "q8_0", False),
            ],
        ),
        (Settings(8192), {PROJECTOR}, 3072, [(8192, "f16", True), (8192, "f16", False)]),
        (Settings(2048), {CONTEXT}, 3072, [(2048, "f16", True)]),
        (Settings(4096, flash_attn="off"), {KV_TYPE}, 3072, [(4096, "f16", True)]),
        (Settings(4096, "q8_0"), {KV_TYPE}, 3072, [(4096, "q8_0", True)]),
        (Settings(4096, projector_on_gpu=False), {PROJECTOR}, 3072, [(4096, "f16", False)]),
    ],
    ids=str,
)
def test_what_is_made_smaller_and_in_which_order(settings, automatic, smallest, expected):
    assert ways(settings, automatic, smallest) == expected


def test_a_person_is_told_what_was_made_smaller():
    first, *_, last = variants(Settings(8192), EVERYTHING, 4096)
    assert first.changed == ()
    assert last.changed == (
        "the context has 4096 tokens, not 8192",
        "the context is kept as q8_0, not as f16",
        "the projector works on the CPU",
    )


@given(
    st.builds(
        Settings,
        context=st.integers(512, 2**20),
        kv_type=st.sampled_from(["f16", "q8_0"]),
        flash_attn=st.sampled_from(["auto", "on", "off"]),
        projector_on_gpu=st.booleans(),
    ),
    st.sets(st.sampled_from(sorted(EVERYTHING))),
    st.integers(512, 2**20),
)
def test_what_somebody_decided_is_never_changed(settings, automatic, smallest):
    found = ways(settings, automatic, smallest)
    assert found[0] == (settings.context, settings.kv_type, settings.projector_on_gpu)
    assert len(set(found)) == len(found), "no way is tried twice"
    for context, kv_type, projector in found:
        assert context == settings.context or CONTEXT in automatic
        assert kv_type == settings.kv_type or KV_TYPE in automatic
        assert projector == settings.projector_on_gpu or PROJECTOR in automatic
        assert min(settings.context, smallest) <= context <= settings.context


LARGE, SMALL = plan(60, context=8192), plan(40)


@pytest.mark.parametrize(
    ("gpu", "beside", "most", "expected"),
    [
        (60, {}, 1, Placement(LARGE)),
        (59, {}, 1, Placement(SMALL)),
        (39, {}, 1, None),
        (100, {"a": held(40)}, 2, Placement(LARGE)),
        (80, {"a": held(40)}, 2, Placement(SMALL)),
        (79, {"a": held(40)}, 2, Placement(LARGE, ("a",))),
        (59, {"a": held(40)}, 2, Placement(SMALL, ("a",))),
        (79, {"a": held(40, idle=False)}, 2, None),
        (200, {"a": held(40)}, 1, Placement(LARGE, ("a",))),
        (200, {"a": held(40, idle=False)}, 1, None),
    ],
    ids=str,
)
def test_all_is_tried_before_anybody_leaves(gpu, beside, most, expected):
    assert place([LARGE, SMALL], Room(gpu, PLENTY), beside, most) == expected


@pytest.mark.parametrize(
    ("beside", "evicted"),
    [
        ({"liked": held(40, 5, 1), "other": held(40, 0, 9)}, ("other",)),
        ({"old": held(40, 0, 1), "new": held(40, 0, 9)}, ("old",)),
        ({"old": held(40, 0, 1, idle=False), "new": held(40, 0, 9)}, ("new",)),
        ({"small": held(10, 0, 1), "big": held(70, 0, 9)}, ("big",)),
        ({"one": held(40, 0, 1), "two": held(30, 1, 2), "three": held(10, 2, 3)}, ("one",)),
    ],
    ids=str,
)
def test_the_least_valuable_leaves_and_nobody_who_could_stay(beside, evicted):
    assert place([plan(55)], Room(100, PLENTY), beside, 4) == Placement(plan(55), evicted)


def test_main_memory_is_a_limit_as_well():
    beside = {"a": held(0, main=50)}
    assert place([plan(0, main=60)], Room(0, 110), beside, 2) == Placement(plan(0, main=60))
    assert place([plan(0, main=60)], Room(0, 109), beside, 2) == Placement(plan(0, main=60), ("a",))
    assert place([plan(0, main=60)], Room(0, 59), beside, 2) is None


SIZES = st.integers(0, 60)
NEEDS = st.builds(lambda gpu, main: Need({"all": gpu}, {"all": main}), SIZES, SIZES)
PLANS = st.lists(
    NEEDS.map(lambda need: Plan(4096, "f16", projector_on_gpu=True, need=need)), min_size=1, max_size=4
)
HELD = st.dictionaries(
    st.sampled_from("abcde"),
    st.builds(Held, NEEDS, st.integers(-2, 2), st.integers(0, 3).map(float), st.booleans()),
)
ROOMS = st.builds(Room, st.integers(0, 150), st.integers(0, 150))


@given(PLANS, ROOMS, HELD, st.integers(1, 5))
def test_what_is_placed_fits_and_what_is_not_could_not(plans, room, beside, most):
    def fits(need, staying):
        return len(staying) < most and sum((each.need for each in staying), need).fits(room.gpu, room.main)

    def without(names):
        return [each for name, each in beside.items() if name not in names]

    found = place(plans, room, beside, most)
    if found is None:
        working = [each for each in beside.values() if not each.idle]
        assert not any(fits(each.need, working) for each in plans)
        return
    assert found.plan in plans
    assert all(beside[name].idle for name in found.evict)
    assert fits(found.plan.need, without(found.evict))
    for name in found.evict:
        assert not fits(found.plan.need, without(set(found.evict) - {name})), "it could have stayed"
    if not found.evict:
        assert found.plan == next(each for each in plans if fits(each.need, without(())))
