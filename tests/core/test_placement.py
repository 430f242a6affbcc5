"""How known models are loaded on machines of known sizes, alone and where others are already."""

import msgspec
import pytest

from glimpsed.core import fit
from glimpsed.core.fit import GIB, Settings
from glimpsed.core.profiles import detect
from glimpsed.core.residency import (
    CONTEXT,
    KV_TYPE,
    LAYERS,
    PROJECTOR,
    Held,
    Placement,
    Plan,
    Room,
    place,
    variants,
)
from known_shapes import LLAMA, MINICPM

EVERYTHING = frozenset({CONTEXT, KV_TYPE, PROJECTOR, LAYERS})
DRIVER, DESKTOP = GIB // 4, GIB // 8
"""What the driver keeps of a card, and what is in use when nobody does anything."""
MAIN = 12 * GIB


def machine(*cards):
    """The profile of a machine with cards of so many GiB, and the room that there is for models."""
    totals = [card * GIB - DRIVER for card in cards]
    return detect(totals), Room(fit.gpu_room([total - DESKTOP for total in totals]), MAIN)


def plans(shape, profile, gpus, automatic=EVERYTHING, **decided):
    settings = msgspec.structs.replace(Settings(profile.context), **decided)
    automatic -= frozenset() if shape.projector else {PROJECTOR}
    found = variants(settings, automatic, profile.smallest_context, shape.layers)
    return [each.plan(fit.expected(shape, each.settings, gpus=gpus)) for each in found]


def how(plan: Plan):
    return plan.context, plan.kv_type, plan.projector_on_gpu, plan.gpu_layers


@pytest.mark.parametrize(
    ("cards", "eyes", "words"),
    [
        ((2,), (4096, "f16", False, 0), (4096, "f16", True, 0)),
        ((4,), (3072, "q8_0", False, 10), (3072, "q8_0", True, 12)),
        ((6,), (3072, "q8_0", False, 24), (3072, "q8_0", True, 24)),
        ((8,), (4096, "f16", True, -1), (4096, "f16", True, -1)),
        ((16,), (8192, "f16", True, -1), (8192, "f16", True, -1)),
        ((24,), (8192, "f16", True, -1), (8192, "f16", True, -1)),
        ((16, 16), (8192, "f16", True, -1), (8192, "f16", True, -1)),
        ((4, 4), (3072, "q8_0", False, 24), (3072, "q8_0", True, 24)),
    ],
    ids=str,
)
def test_a_model_of_8_billion_weights_has_a_place_on_every_machine(cards, eyes, words):
    profile, room = machine(*cards)
    for shape, expected in ((MINICPM, eyes), (LLAMA, words)):
        found = place(plans(shape, profile, len(cards)), room, {}, profile.residents)
        assert how(found.plan) == expected
        assert found.plan.last_resort is (expected[3] >= 0)
        assert found.plan.need.gpu <= room.gpu


def test_without_a_card_it_is_in_main_memory_as_it_is_beside_one_that_is_too_small():
    profile, room = machine()
    found = place(plans(MINICPM, profile, 0, EVERYTHING - {LAYERS}), room, {}, profile.residents)
    small, little = machine(2)
    beside = place(plans(MINICPM, small, 1), little, {}, small.residents)
    assert found.plan.need.main == beside.plan.need.main
    assert found.plan.context == beside.plan.context
    assert beside.plan.changed == ("the layers work on the CPU", "the projector works on the CPU")


@pytest.mark.parametrize("cards", [(16,), (24,), (16, 16)], ids=str)
def test_two_such_models_are_in_memory_together_from_16_gib_on(cards):
    profile, room = machine(*cards)
    (eyes, *_), others = plans(MINICPM, profile, len(cards)), plans(LLAMA, profile, len(cards))
    found = place(others, room, {"eyes": Held(eyes.need, 0, 0.0, idle=True)}, profile.residents)
    assert found.evict == ()
    assert found.plan.gpu_layers == -1


@pytest.mark.parametrize(
    "decided", [{"gpu_layers": -1}, {"gpu_layers": 20, "projector_on_gpu": False}, {"gpu_layers": 0}], ids=str
)
def test_layers_that_somebody_put_on_the_gpu_or_on_the_cpu_stay_there(decided):
    profile, room = machine(4)
    found = plans(MINICPM, profile, 1, EVERYTHING - {LAYERS}, **decided)
    assert {plan.gpu_layers for plan in found} == {decided["gpu_layers"]}
    assert not any(plan.last_resort for plan in found)
    placed = place(found, room, {}, profile.residents)
    assert (placed is None) is (decided["gpu_layers"] != 0), (
        "what does not fit as it was decided is not loaded"
    )


def test_a_projector_that_somebody_put_on_the_gpu_stays_there_when_the_layers_leave():
    profile, room = machine(4)
    found = place(plans(MINICPM, profile, 1, EVERYTHING - {PROJECTOR}), room, {}, profile.residents)
    assert found.plan.projector_on_gpu
    assert found.plan.gpu_layers < 7


def test_who_is_idle_leaves_before_any_layer_works_on_the_cpu():
    profile, room = machine(8)
    (eyes, *_), others = plans(MINICPM, profile, 1), plans(LLAMA, profile, 1)
    idle = {"eyes": Held(eyes.need, 9, 9.0, idle=True)}
    assert place(others, room, idle, 2) == Placement(others[0], ("eyes",))
    busy = {"eyes": Held(eyes.need, 9, 9.0, idle=False)}
    found = place(others, room, busy, 2)
    assert (found.evict, found.plan.last_resort) == ((), True)


@pytest.mark.parametrize(
    ("free", "on_gpu"), [([], False), ([6 * GIB], False), ([7 * GIB], False), ([8 * GIB], True)]
)
def test_the_projector_is_on_the_gpu_where_the_whole_model_fits(free, on_gpu):
    found = [
        each.plan(fit.expected(MINICPM, each.settings, gpus=1))
        for each in variants(Settings(4096), {PROJECTOR}, 4096)
    ]
    placed = place(found, Room(fit.gpu_room(free), MAIN), {}, 1)
    assert (placed is not None and placed.plan.projector_on_gpu) is on_gpu
