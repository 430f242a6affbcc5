"""What the heads of files say of a model's size, also when they say it oddly or not at all."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny_models
from glimpsed.config import ModelConfig
from glimpsed.core import fit
from glimpsed.engine.gguf import Head, Tensor, read_head
from glimpsed.engine.shape import shape, survey

F32 = 0


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shape")
    text = tiny_models.byte_text_model(folder / "text.gguf", reply="yes", layers=2)
    return ModelConfig(file=text, mmproj=tiny_models.projector(folder / "mmproj.gguf"))


def with_changes(config, *, without=(), tensors=None, **metadata):
    """The head of the tiny text model with other metadata, some of it or some tensors left out."""
    head = read_head(config.file)
    found = {key: value for key, value in (head.metadata | metadata).items() if key not in without}
    kept = {name: tensor for name, tensor in (tensors or head.tensors).items() if name not in without}
    return Head(head.version, found, kept, head.data_start)


def test_a_pair_has_the_numbers_it_was_made_with(tiny):
    text, mmproj = read_head(tiny.file), read_head(tiny.mmproj)
    found = shape(text, mmproj)
    assert (found.layers, found.heads, found.kv_heads) == (2, 4, 2)
    assert (found.key_length, found.value_length) == (32, 32)
    assert found.weights == sum(tensor.size for tensor in text.tensors.values())
    assert found.weights + text.data_start <= tiny.file.stat().st_size
    assert found.token_embd == found.vocabulary * 128 * 4
    assert found.output == text.tensors["output.weight"].size
    assert found.projector == pytest.approx(tiny.mmproj.stat().st_size, rel=0.05)
    assert not found.tied
    assert not found.guessed


def test_a_text_model_alone_has_no_projector(tiny):
    assert shape(read_head(tiny.file)).projector == 0


def test_a_model_without_an_output_head_is_tied(tiny):
    assert shape(with_changes(tiny, without=("output.weight",))).tied


def test_lengths_of_keys_and_values_may_differ_from_the_usual(tiny):
    keys = {"llama.attention.key_length": 192, "llama.attention.value_length": 128}
    found = shape(with_changes(tiny, **keys))
    assert (found.key_length, found.value_length) == (192, 128)


def test_kv_heads_that_differ_by_layer_are_taken_from_the_widest_layer_and_that_is_said(tiny):
    tensors = read_head(tiny.file).tensors
    tensors["blk.1.attn_k.weight"] = Tensor((128, 96), F32, 0)
    found = shape(with_changes(tiny, tensors=tensors, without=("llama.attention.head_count_kv",)))
    assert found.kv_heads == 3
    assert "KV heads" in found.guessed[0]


def test_a_model_with_as_many_kv_heads_as_heads_need_not_say_so(tiny):
    tensors = {name: t for name, t in read_head(tiny.file).tensors.items() if "attn_k" not in name}
    found = shape(with_changes(tiny, tensors=tensors, without=("llama.attention.head_count_kv",)))
    assert found.kv_heads == 4
    assert not found.guessed


@pytest.mark.parametrize("odd", [0, -1, 2**40, 1.5, "32", True])
def test_numbers_that_are_none_are_guessed_and_that_is_said(tiny, odd):
    keys = ("block_count", "attention.head_count", "attention.head_count_kv", "embedding_length")
    found = shape(with_changes(tiny, **{f"llama.{key}": odd for key in keys}))
    assert (found.layers, found.key_length, found.kv_heads, found.heads) == (2, 128, 1, 1)
    assert len(found.guessed) == 4
    assert fit.expected(found, fit.Settings(4096), gpus=1).gpu > 0


def test_more_heads_than_a_model_is_wide_leave_its_width_to_be_guessed(tiny):
    found = shape(with_changes(tiny, **{"llama.attention.head_count": 256}))
    assert (found.heads, found.key_length, found.value_length) == (256, 128, 128)
    assert "how wide attention is" in found.guessed[0]


NUMBERS = ("block_count", "embedding_length", "attention.head_count", "attention.head_count_kv")
LENGTHS = ("attention.key_length", "attention.value_length")
VALUES = (
    st.integers(-2, 300) | st.integers(-(2**63), 2**64) | st.floats() | st.booleans() | st.text(max_size=3)
)
EXTENTS = st.lists(st.integers(0, 300) | st.integers(0, 2**64), max_size=4).map(tuple)
NAMES = st.sampled_from(("token_embd", "output", "blk.0.attn_k", "blk.0.attn_q", "blk.", "v.0")).map(
    "{}.weight".format
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NUMBERS + LENGTHS), VALUES),
    st.dictionaries(NAMES, st.builds(Tensor, EXTENTS, st.integers(0, 50), st.just(0))),
    st.integers(-1, 200),
    st.booleans(),
)
def test_whatever_a_head_says_there_is_a_shape_and_what_it_needs(keys, tensors, gpu_layers, gpu):
    metadata = {"general.architecture": "llama"} | {f"llama.{key}": value for key, value in keys.items()}
    head = Head(3, metadata, tensors, 0)
    found = shape(head, head)
    assert min(found.heads, found.kv_heads, found.key_length, found.value_length) > 0
    need = fit.expected(found, fit.Settings(4096, gpu_layers=gpu_layers), gpus=gpu)
    assert min(*need.on_gpu.values(), *need.in_main.values()) > 0


def test_a_head_that_says_nothing_at_all_has_a_shape(tiny):
    head = read_head(tiny.file)
    found = shape(Head(head.version, {}, {}, head.data_start))
    assert (found.weights, found.layers, found.vocabulary, found.tied) == (0, 0, 0, True)


def test_files_are_known_again_and_told_apart(tiny, tmp_path):
    first = survey(tiny)
    assert survey(tiny) == first
    assert first.shape == shape(read_head(tiny.file), read_head(tiny.mmproj))
    for name in (tiny.file.name, tiny.mmproj.name):
        (tmp_path / name).write_bytes((tiny.file.parent / name).read_bytes())
    copied = msgspec.structs.replace(tiny, file=tmp_path / tiny.file.name, mmproj=tmp_path / tiny.mmproj.name)
    assert survey(copied) == first
    alone = msgspec.structs.replace(tiny, mmproj=None)
    assert survey(alone).fingerprint != first.fingerprint
    with copied.mmproj.open("ab") as file:
        file.write(b"\0" * 32)
    assert survey(copied).fingerprint != first.fingerprint
    other = tiny_models.byte_text_model(tmp_path / "other.gguf", reply="yes", layers=2, context=4096)
    named_other = msgspec.structs.replace(tiny, file=other)
    assert survey(named_other).fingerprint != first.fingerprint


@pytest.mark.parametrize("content", [None, b"", b"GGUF", b"<!DOCTYPE html>"])
def test_files_that_cannot_be_read_have_no_shape(tiny, tmp_path, content):
    path = tmp_path / "broken.gguf"
    if content is not None:
        path.write_bytes(content)
    assert survey(msgspec.structs.replace(tiny, file=path)) is None
    assert survey(msgspec.structs.replace(tiny, mmproj=path)) is None


def test_a_name_that_no_file_can_have_is_no_surprise(tiny):
    assert survey(msgspec.structs.replace(tiny, file=Path("a\0b"))) is None


def test_the_test_doubles_script_is_known_again_and_has_no_shape(tmp_path):
    script = tmp_path / "script.json"
    script.write_text("{}")
    config = ModelConfig(file=script, mmproj=script, backend="fake")
    first = survey(config)
    assert first.shape is None
    script.write_text("{ }")
    assert survey(config).fingerprint != first.fingerprint
