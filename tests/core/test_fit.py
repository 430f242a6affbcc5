"""What a model needs: known models to the megabyte, and what must hold for any."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core import fit
from glimpsed.core.fit import GIB, MIB, Measurement, Need, Settings, Shape
from known_shapes import LLAMA, MINICPM

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
NEEDS = st.builds(fit.expected, SHAPES, SETTINGS, gpus=st.integers(0, 3))


@pytest.mark.parametrize(
    ("context", "kv_type", "mib"),
    [(4096, "f16", 224), (8192, "f16", 448), (4096, "q8_0", 119), (8192, "q8_0", 238)],
)
def test_the_cache_of_keys_and_values_to_the_byte(context, kv_type, mib):
    need = fit.expected(MINICPM, Settings(context, kv_type), gpus=1)
    assert need.on_gpu["kv"] == mib * MIB


@pytest.mark.parametrize(
    ("shape", "context", "kv_type", "gib"),
    [(MINICPM, 4096, "f16", 6.1), (LLAMA, 8192, "f16", 6.0), (LLAMA, 8192, "q8_0", 5.5)],
)
def test_known_models_on_a_gpu(shape, context, kv_type, gib):
    need = fit.expected(shape, Settings(context, kv_type), gpus=1)
    assert need.gpu / GIB == pytest.approx(gib, abs=0.1)
    assert need.in_main["weights"] == shape.token_embd, "the token embedding stays in main memory"


def test_two_known_models_are_resident_together_on_16_gib():
    both = fit.expected(MINICPM, Settings(4096), gpus=1) + fit.expected(LLAMA, Settings(8192), gpus=1)
    assert both.gpu / GIB == pytest.approx(12.2, abs=0.15)
    assert both.fits(fit.gpu_room([16 * GIB]), 16 * GIB)
    assert not both.fits(fit.gpu_room([13 * GIB]), 16 * GIB)
    assert not both.fits(fit.gpu_room([16 * GIB]), GIB)


def test_the_compute_buffer_is_the_logits_and_a_little():
    need = fit.expected(MINICPM, Settings(4096), gpus=1)
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
    need = fit.expected(TINY, Settings(context, flash_attn=flash_attn), gpus=0)
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
    need = fit.expected(LLAMA, Settings(8192, **changes), gpus=gpu)
    scores = 32 * 512 * 8192 * 4
    assert flash is (max(part.get("compute", 0) for part in (need.on_gpu, need.in_main)) < scores)


def test_a_part_of_the_layers_is_a_part_of_the_weights_and_of_the_cache():
    whole = fit.expected(LLAMA, Settings(4096), gpus=1)
    half = fit.expected(LLAMA, Settings(4096, gpu_layers=16), gpus=1)
    assert half.on_gpu["weights"] == whole.on_gpu["weights"] // 2
    assert half.on_gpu["kv"] == half.in_main["kv"] == whole.on_gpu["kv"] // 2


def test_a_tied_model_has_its_embedding_in_both_places():
    tied = fit.expected(msgspec.structs.replace(LLAMA, tied=True), Settings(4096), gpus=1)
    assert tied.on_gpu["weights"] == LLAMA.weights
    assert tied.in_main["weights"] == LLAMA.token_embd
    on_cpu = fit.expected(msgspec.structs.replace(LLAMA, tied=True), Settings(4096), gpus=0)
    assert on_cpu.in_main["weights"] == LLAMA.weights


@FEW
@given(SHAPES, SETTINGS)
def test_without_a_gpu_everything_is_main_memory(shape, chosen):
    need = fit.expected(shape, chosen, gpus=0)
    assert need.gpu == 0
    assert need.main >= shape.weights + shape.projector


@FEW
@given(SHAPES, SETTINGS)
def test_nothing_is_asked_of_a_gpu_that_is_not_to_be_used(shape, chosen):
    idle = msgspec.structs.replace(chosen, gpu_layers=0, projector_on_gpu=False)
    assert fit.expected(shape, idle, gpus=1) == fit.expected(shape, idle, gpus=0)


@FEW
@given(SHAPES, SETTINGS, st.integers(0, 2**18), st.booleans())
def test_more_context_never_needs_less(shape, chosen, more, gpu):
    larger = msgspec.structs.replace(chosen, context=chosen.context + more)
    one, other = (fit.expected(shape, each, gpus=gpu) for each in (chosen, larger))
    assert one.gpu <= other.gpu
    assert one.main <= other.main


@FEW
@given(SHAPES, SETTINGS, st.integers(0, 200))
def test_more_layers_on_the_gpu_never_need_less_of_it(shape, chosen, layers):
    one, other = (
        fit.expected(shape, msgspec.structs.replace(chosen, gpu_layers=n), gpus=1)
        for n in (layers, layers + 1)
    )
    assert one.gpu <= other.gpu


@FEW
@given(SHAPES, SETTINGS)
def test_the_smaller_cache_and_the_projector_on_the_cpu_save_memory_of_the_gpu(shape, chosen):
    def gpu(**changes):
        return fit.expected(shape, msgspec.structs.replace(chosen, **changes), gpus=1).gpu

    assert gpu(kv_type="q8_0") <= gpu(kv_type="f16")
    assert gpu(projector_on_gpu=False) <= gpu(projector_on_gpu=True)


@FEW
@given(NEEDS, NEEDS)
def test_needs_add_up_and_each_part_of_a_sum_fits_where_the_sum_does(one, other):
    both = one + other
    assert (both.gpu, both.main) == (one.gpu + other.gpu, one.main + other.main)
    assert both == other + one
    assert one + Need() == msgspec.structs.replace(one, measured=False)
    assert both.gpu_claim == one.gpu_claim + other.gpu_claim
    assert one.fits(both.gpu_claim, both.main)
    assert both.fits(both.gpu_claim, both.main)
    assert both.lopsided == 0 or not both.fits(both.gpu_claim - 1, both.main)


@FEW
@given(st.lists(SIZES, max_size=3), SIZES)
def test_a_gpu_has_room_for_what_it_has_free_beyond_a_margin(free, another):
    assert fit.gpu_room(free) <= sum(free)
    assert fit.gpu_room([*free, another]) == fit.gpu_room(free) + fit.gpu_room([another])


def test_each_of_several_gpus_has_a_context_and_the_graph_and_the_projector_is_on_one():
    one, two = (fit.expected(MINICPM, Settings(4096), gpus=gpus) for gpus in (1, 2))
    for part in ("context", "compute"):
        assert two.on_gpu[part] == 2 * one.on_gpu[part]
    for part in ("weights", "kv", "projector"):
        assert two.on_gpu[part] == one.on_gpu[part]
    assert one.lopsided == 0
    assert two.lopsided == two.on_gpu["projector"], "what llama.cpp cannot use of the second"


@FEW
@given(SHAPES, SETTINGS, st.integers(1, 3), SIZES)
def test_where_it_fits_on_gpus_that_are_alike_each_has_room_for_its_share(shape, chosen, gpus, each):
    need = fit.expected(shape, chosen, gpus=gpus)
    if need.fits(gpus * each, need.main):
        projector = need.on_gpu.get("projector", 0)
        assert projector + (need.gpu - projector) / gpus <= each


def test_a_projector_is_not_put_together_from_room_on_two_gpus():
    eyes = msgspec.structs.replace(TINY, projector=1300 * MIB)
    need = fit.expected(eyes, Settings(4096), gpus=2)
    assert need.gpu < 4 * GIB
    assert not need.fits(fit.gpu_room([2 * GIB, 2 * GIB]), need.main)
    assert not need.fits(fit.gpu_room([2 * GIB + 900 * MIB] * 2), need.main)
    assert need.fits(fit.gpu_room([3 * GIB + 100 * MIB] * 2), need.main)


def test_the_output_head_is_on_the_gpu_with_the_first_layer():
    head = msgspec.structs.replace(LLAMA, output=400 * MIB)
    first = fit.expected(head, Settings(4096, gpu_layers=1), gpus=1)
    layers = (LLAMA.weights - LLAMA.token_embd - 400 * MIB) // 32
    assert first.on_gpu["weights"] == pytest.approx(400 * MIB + layers, abs=1)
    assert first.on_gpu["weights"] + first.in_main["weights"] == LLAMA.weights
    tied = msgspec.structs.replace(LLAMA, tied=True)
    first = fit.expected(tied, Settings(4096, gpu_layers=1), gpus=1)
    assert first.on_gpu["weights"] > LLAMA.token_embd
    assert first.on_gpu["weights"] + first.in_main["weights"] == LLAMA.weights + LLAMA.token_embd
    assert "weights" not in fit.expected(head, Settings(4096, gpu_layers=0), gpus=1).on_gpu


@pytest.mark.parametrize(
    ("buffers", "rss", "gpus", "gpu", "main"),
    [
        ({"CUDA0": 5 * GIB, "CUDA1": GIB, "CUDA_Host": 100, "CPU": 400}, 2 * GIB, 2, 6 * GIB, 2 * GIB),
        ({"CUDA0": 5 * GIB, "CUDA1": 0, "CPU": 400}, 2 * GIB, 1, 5 * GIB, 2 * GIB),
        ({"CPU": 400, "CPU_Mapped": 600}, 0, 0, 0, 1000 + fit.PROCESS),
        ({}, 7, 0, 0, 7),
        ({"CPU": GIB}, 7, 0, 0, GIB + fit.PROCESS),
    ],
)
def test_what_was_measured_counts_and_the_cache_that_was_empty_then(buffers, rss, gpus, gpu, main):
    need = fit.found(Measurement(buffers, rss), slice_cache=50, lopsided=70)
    assert need.gpu == gpu + fit.GPU_CONTEXT * gpus
    assert need.gpu_claim == need.gpu + 70
    assert need.main == main + 50
    assert need.measured
    assert not (need + fit.unknown()).measured


def test_a_ceiling_is_what_was_configured_or_half_as_much_again():
    need = Need({"buffers": GIB}, {"process": 600 * MIB, "slice cache": 200 * MIB})
    assert fit.ceiling(need, 0) == 1200 * MIB
    assert fit.ceiling(need, 1) == MIB
