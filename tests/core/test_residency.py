"""Who is in memory with whom, and what is made smaller before anybody must leave."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.fit import Need, Settings
from glimpsed.core.residency import (
    CONTEXT,
    KV_TYPE,
    LAYERS,
    PROJECTOR,
    Held,
    Placement,
    Plan,
    Room,
    fits_beside,
    place,
    retry_from,
    variants,
)

EVERYTHING = frozenset({CONTEXT, KV_TYPE, PROJECTOR, LAYERS})
USUAL = EVERYTHING - {LAYERS}


def ways(settings, automatic, smallest=3072):
    """As tuples, every way of loading a model of which no layer may be taken from the GPU."""
    found = variants(settings, frozenset(automatic), smallest)
    assert {each.settings.gpu_layers for each in found} == {settings.gpu_layers}
    return [(each.settings.context, each.settings.kv_type, each.settings.projector_on_gpu) for each in found]


def plan(gpu, main=0, context=4096, **more):
    return Plan(context, "f16", projector_on_gpu=True, need=Need({"all": gpu}, {"all": main}), **more)


def planned(need, **more):
    return Plan(4096, "f16", projector_on_gpu=True, need=need, **more)


def held(gpu, priority=0, last_used=0.0, *, idle=True, main=0):
    return Held(Need({"all": gpu}, {"all": main}), priority, last_used, idle)


PLENTY = 10**6


@pytest.mark.parametrize(
    ("settings", "automatic", "smallest", "expected"),
    [
        (Settings(8192), {}, 3072, [(8192, "f16", True)]),
        (
            Settings(8192),
            USUAL,
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
    first, *_, last = variants(Settings(8192), USUAL, 4096)
    assert first.changed == ()
    assert last.changed == (
        "the context has 4096 tokens, not 8192",
        "the context is kept as q8_0, not as f16",
        "the projector works on the CPU",
    )


def test_the_last_resort_is_layers_on_the_cpu_as_few_as_may_be_and_none_has_to_be_small():
    found = variants(Settings(8192), EVERYTHING, 4096, layers=28)
    usual = [each for each in found if not each.last_resort]
    assert usual == variants(Settings(8192), USUAL, 4096, layers=28) == found[: len(usual)]
    *fewer, best, shorter, last = found[len(usual) :]
    assert [each.settings.gpu_layers for each in fewer] == [24, 21, 17, 14, 10, 7, 3]
    for each in fewer:
        assert msgspec.structs.replace(each.settings, gpu_layers=-1) == usual[-1].settings
    assert fewer[0].changed == (*usual[-1].changed, "24 of 28 layers work on the GPU")
    assert best.settings == Settings(8192, gpu_layers=0, projector_on_gpu=False)
    assert best.changed == ("the layers work on the CPU", "the projector works on the CPU")
    assert shorter.settings == Settings(4096, gpu_layers=0, projector_on_gpu=False)
    assert last.settings == Settings(4096, "q8_0", gpu_layers=0, projector_on_gpu=False)


@pytest.mark.parametrize(("layers", "counts"), [(0, [0]), (1, [0]), (3, [2, 1, 0]), (4, [3, 2, 1, 0])])
def test_few_layers_have_few_ways(layers, counts):
    _, *found = variants(Settings(4096), {LAYERS}, 4096, layers)
    assert [each.settings.gpu_layers for each in found] == counts


@given(
    st.builds(
        Settings,
        context=st.integers(512, 2**20),
        kv_type=st.sampled_from(["f16", "q8_0"]),
        flash_attn=st.sampled_from(["auto", "on", "off"]),
        gpu_layers=st.sampled_from([-1, 0]),
        projector_on_gpu=st.booleans(),
    ),
    st.sets(st.sampled_from(sorted(EVERYTHING))),
    st.integers(512, 2**20),
    st.integers(0, 100),
)
def test_what_somebody_decided_is_never_changed(settings, automatic, smallest, layers):
    given_ = variants(settings, automatic, smallest, layers)
    assert [each.last_resort for each in given_] == [
        each.settings.gpu_layers != settings.gpu_layers for each in given_
    ]
    found = [
        (
            each.settings.context,
            each.settings.kv_type,
            each.settings.projector_on_gpu,
            each.settings.gpu_layers,
        )
        for each in given_
    ]
    assert given_[0].settings == settings
    assert len(set(found)) == len(found), "no way is tried twice"
    for context, kv_type, projector, on_gpu in found:
        assert on_gpu == settings.gpu_layers or LAYERS in automatic
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


RESORT, CPU = plan(20, context=3072, last_resort=True), plan(0, context=1024, last_resort=True)


@pytest.mark.parametrize(
    ("gpu", "beside", "expected"),
    [
        (40, {}, Placement(SMALL)),
        (39, {}, Placement(RESORT)),
        (19, {}, Placement(CPU)),
        (79, {"a": held(40)}, Placement(LARGE, ("a",))),
        (59, {"a": held(40)}, Placement(SMALL, ("a",))),
        (39, {"a": held(15)}, Placement(RESORT)),
        (39, {"a": held(30)}, Placement(RESORT, ("a",))),
        (39, {"a": held(30, idle=False)}, Placement(CPU)),
        (59, {"a": held(40, idle=False)}, Placement(CPU)),
    ],
    ids=str,
)
def test_everybody_idle_leaves_before_layers_work_on_the_cpu(gpu, beside, expected):
    assert place([LARGE, SMALL, RESORT, CPU], Room(gpu, PLENTY), beside, 3) == expected


@pytest.mark.parametrize(
    ("tried", "then"), [(None, SMALL), (LARGE, SMALL), (SMALL, RESORT), (RESORT, CPU), (CPU, CPU)]
)
def test_after_a_load_without_memory_comes_the_smallest_and_after_that_the_last_resort(tried, then):
    ways = [LARGE, SMALL, RESORT, CPU]
    assert ways[retry_from(ways, tried)] == then
    assert retry_from([], tried) == 0
    assert retry_from([LARGE], tried) == 0


SIZES = st.integers(0, 60)
NEEDS = st.builds(
    lambda gpu, main, lopsided: Need({"all": gpu}, {"all": main}, lopsided=lopsided),
    SIZES,
    SIZES,
    st.integers(0, 9),
)
PLANS = st.builds(
    lambda usual, last: [*map(planned, usual), *(planned(need, last_resort=True) for need in last)],
    st.lists(NEEDS, min_size=1, max_size=4),
    st.lists(NEEDS, max_size=3),
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
    if not found.evict and not found.plan.last_resort:
        assert found.plan == next(each for each in plans if fits(each.need, without(())))
    if found.plan.last_resort:
        working = [each for each in beside.values() if not each.idle]
        assert found.plan == next(each for each in plans if fits(each.need, working)), "the best of them"


@given(PLANS, ROOMS, HELD, st.integers(1, 5))
def test_a_model_fits_beside_others_when_nobody_would_leave_for_it(plans, room, beside, most):
    idle = {name: Held(each.need, each.priority, each.last_used, idle=True) for name, each in beside.items()}
    found = place(plans, room, idle, most)
    needs = [each.need for each in idle.values()]
    assert fits_beside(plans, room, needs, most) is (found is not None and not found.evict)
