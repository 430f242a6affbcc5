"""What a model needs: known models to the megabyte, and what must hold for any."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core import fit
from glimpsed.core.fit import GIB, MIB, Measurement, Need, Settings, Shape

MINICPM = Shape(  # V 2.6, Q4_K_M: a Qwen2 of 28 layers, and its projector in f16
    weights=round((4166.97 + 291.59) * MIB),
    token_embd=round(291.59 * MIB),
    tied=False,
    layers=28,
    heads=28,
    kv_heads=4,
    key_length=128,
    value_length=128,
    vocabulary=151_666,
    projector=996 * MIB,
)
LLAMA = Shape(  # 3.1 8B Instruct, Q4_K_M
    weights=4685 * MIB,
    token_embd=282 * MIB,
    tied=False,
    layers=32,
    heads=32,
    kv_heads=8,
    key_length=128,
    value_length=128,
    vocabulary=128_256,
)

SIZES = st.integers(0, 2**40)
SHAPES = st.builds(
    lambda rest, table, **numbers: Shape(weights=rest + table, token_embd=table, **numbers),
    rest=SIZES,
    table=SIZES,
    tied=st.booleans(),
    layers=st.integers(0, 200),
    heads=st.integers(1, 128),
    kv_heads=st.integers(1, 128),
    key_length=st.integers(1, 512),
    value_length=st.integers(1, 512),
    vocabulary=st.integers(0, 300_000),
    projector=st.just(0) | SIZES,
)
SETTINGS = st.builds(
    Settings,
    context=st.integers(512, 2**20),
    kv_type=st.sampled_from(["f16", "q8_0"]),
    flash_attn=st.sampled_from(["auto", "on", "off"]),
    gpu_layers=st.integers(-1, 201),
    projector_on_gpu=st.booleans(),
    slice_cache=SIZES,
)
FEW = settings(max_examples=40, deadline=None)
NEEDS = st.builds(fit.expected, SHAPES, SETTINGS, gpu=st.booleans())


@pytest.mark.parametrize(
    ("context", "kv_type", "mib"),
    [(4096, "f16", 224), (8192, "f16", 448), (4096, "q8_0", 119), (8192, "q8_0", 238)],
)
def test_the_cache_of_keys_and_values_to_the_byte(context, kv_type, mib):
    need = fit.expected(MINICPM, Settings(context, kv_type), gpu=True)
    assert need.on_gpu["kv"] == mib * MIB


@pytest.mark.parametrize(
    ("shape", "context", "kv_type", "gib"),
    [(MINICPM, 4096, "f16", 6.1), (LLAMA, 8192, "f16", 6.0), (LLAMA, 8192, "q8_0", 5.5)],
)
def test_known_models_on_a_gpu(shape, context, kv_type, gib):
    need = fit.expected(shape, Settings(context, kv_type), gpu=True)
    assert need.gpu / GIB == pytest.approx(gib, abs=0.1)
    assert need.in_main["weights"] == shape.token_embd, "the token embedding stays in main memory"


def test_two_known_models_are_resident_together_on_16_gib():
    both = fit.expected(MINICPM, Settings(4096), gpu=True) + fit.expected(LLAMA, Settings(8192), gpu=True)
    assert both.gpu / GIB == pytest.approx(12.2, abs=0.15)
    assert both.fits(fit.gpu_room([16 * GIB]), 16 * GIB)
    assert not both.fits(fit.gpu_room([13 * GIB]), 16 * GIB)
    assert not both.fits(fit.gpu_room([16 * GIB]), GIB)


def test_the_compute_buffer_is_the_logits_and_a_little():
    need = fit.expected(MINICPM, Settings(4096), gpu=True)
    assert need.on_gpu["compute"] / MIB == pytest.approx(303, rel=0.05), "as a log of llama.cpp has it"


TINY = Shape(  # as the tests make it: of what it computes the attention is nearly all
    weights=859_136,
    token_embd=141_312,
    tied=False,
    layers=1,
    heads=4,
    kv_heads=2,
    key_length=32,
    value_length=32,
    vocabulary=276,
)


@pytest.mark.parametrize(
    ("flash_attn", "context", "mib"),
    [("off", 4096, 41.5), ("off", 65_536, 641.5), ("on", 4096, 5.3), ("on", 65_536, 65.3)],
)
def test_what_a_long_context_takes_with_and_without_flash_attention(flash_attn, context, mib):
    need = fit.expected(TINY, Settings(context, flash_attn=flash_attn), gpu=False)
    assert mib <= need.in_main["compute"] / MIB <= mib + 17, "as allocated, and the constant part"


@pytest.mark.parametrize(
    ("changes", "gpu", "flash"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"gpu_layers": 0}, True, False),
        ({"kv_type": "q8_0"}, False, True),
        ({"flash_attn": "on"}, False, True),
        ({"flash_attn": "off"}, True, False),
    ],
    ids=str,
)
def test_flash_attention_is_off_on_a_cpu_unless_the_context_is_quantised_or_it_is_wanted(changes, gpu, flash):
    need = fit.expected(LLAMA, Settings(8192, **changes), gpu=gpu)
    scores = 32 * 512 * 8192 * 4
    assert flash is (max(part.get("compute", 0) for part in (need.on_gpu, need.in_main)) < scores)


def test_a_part_of_the_layers_is_a_part_of_the_weights_and_of_the_cache():
    whole = fit.expected(LLAMA, Settings(4096), gpu=True)
    half = fit.expected(LLAMA, Settings(4096, gpu_layers=16), gpu=True)
    assert half.on_gpu["weights"] == whole.on_gpu["weights"] // 2
    assert half.on_gpu["kv"] == half.in_main["kv"] == whole.on_gpu["kv"] // 2


def test_a_tied_model_has_its_embedding_in_both_places():
    tied = fit.expected(msgspec.structs.replace(LLAMA, tied=True), Settings(4096), gpu=True)
    assert tied.on_gpu["weights"] == LLAMA.weights
    assert tied.in_main["weights"] == LLAMA.token_embd
    on_cpu = fit.expected(msgspec.structs.replace(LLAMA, tied=True), Settings(4096), gpu=False)
    assert on_cpu.in_main["weights"] == LLAMA.weights


@FEW
@given(SHAPES, SETTINGS)
def test_without_a_gpu_everything_is_main_memory(shape, chosen):
    need = fit.expected(shape, chosen, gpu=False)
    assert need.gpu == 0
    assert need.main >= shape.weights + shape.projector


@FEW
@given(SHAPES, SETTINGS)
def test_nothing_is_asked_of_a_gpu_that_is_not_to_be_used(shape, chosen):
    idle = msgspec.structs.replace(chosen, gpu_layers=0, projector_on_gpu=False)
    assert fit.expected(shape, idle, gpu=True) == fit.expected(shape, idle, gpu=False)


@FEW
@given(SHAPES, SETTINGS, st.integers(0, 2**18), st.booleans())
def test_more_context_never_needs_less(shape, chosen, more, gpu):
    larger = msgspec.structs.replace(chosen, context=chosen.context + more)
    one, other = (fit.expected(shape, each, gpu=gpu) for each in (chosen, larger))
    assert one.gpu <= other.gpu
    assert one.main <= other.main


@FEW
@given(SHAPES, SETTINGS, st.integers(0, 200))
def test_more_layers_on_the_gpu_never_need_less_of_it(shape, chosen, layers):
    one, other = (
        fit.expected(shape, msgspec.structs.replace(chosen, gpu_layers=n), gpu=True)
        for n in (layers, layers + 1)
    )
    assert one.gpu <= other.gpu


@FEW
@given(SHAPES, SETTINGS)
def test_the_smaller_cache_and_the_projector_on_the_cpu_save_memory_of_the_gpu(shape, chosen):
    def gpu(**changes):
        return fit.expected(shape, msgspec.structs.replace(chosen, **changes), gpu=True).gpu

    assert gpu(kv_type="q8_0") <= gpu(kv_type="f16")
    assert gpu(projector_on_gpu=False) <= gpu(projector_on_gpu=True)


@FEW
@given(NEEDS, NEEDS)
def test_needs_add_up_and_each_part_of_a_sum_fits_where_the_sum_does(one, other):
    both = one + other
    assert (both.gpu, both.main) == (one.gpu + other.gpu, one.main + other.main)
    assert both == other + one
    assert one + Need() == msgspec.structs.replace(one, measured=False)
    assert one.fits(both.gpu, both.main)
    assert both.fits(both.gpu, both.main)


@FEW
@given(SHAPES, SETTINGS, st.lists(SIZES, max_size=3), SIZES)
def test_the_projector_goes_to_the_gpu_where_the_whole_fits_and_stays_with_more_room(
    shape, chosen, free, more
):
    room, need = fit.gpu_room(free), fit.expected(shape, chosen, gpu=True)
    assert room <= sum(free)
    if fit.projector_on_gpu(need, room):
        assert need.fits(room, need.main)
        assert fit.projector_on_gpu(need, room + more)
    else:
        assert not room or not need.fits(room, need.main)


@pytest.mark.parametrize(
    ("free", "gpu"), [([], False), ([6 * GIB], False), ([7 * GIB], False), ([8 * GIB], True)]
)
def test_the_projector_of_a_known_model(free, gpu):
    need = fit.expected(MINICPM, Settings(4096), gpu=True)
    assert fit.projector_on_gpu(need, fit.gpu_room(free)) is gpu


@pytest.mark.parametrize(
    ("buffers", "rss", "gpu", "main"),
    [
        ({"CUDA0": 5 * GIB, "CUDA1": GIB, "CUDA_Host": 100, "CPU": 400}, 2 * GIB, 6 * GIB, 2 * GIB),
        ({"CPU": 400, "CPU_Mapped": 600}, 0, 0, 1000 + fit.PROCESS),
        ({}, 7, 0, 7),
        ({"CPU": GIB}, 7, 0, GIB + fit.PROCESS),
    ],
)
def test_what_was_measured_counts_and_the_cache_that_was_empty_then(buffers, rss, gpu, main):
    need = fit.found(Measurement(buffers, rss), slice_cache=50)
    assert need.gpu == gpu + (fit.GPU_CONTEXT if gpu else 0)
    assert need.main == main + 50
    assert need.measured
    assert not (need + fit.unknown()).measured


def test_a_ceiling_is_what_was_configured_or_half_as_much_again():
    need = Need({"buffers": GIB}, {"process": 600 * MIB, "slice cache": 200 * MIB})
    assert fit.ceiling(need, 0) == 1200 * MIB
    assert fit.ceiling(need, 1) == MIB
