import contextlib
import ctypes
import importlib.util
import struct
import tracemalloc
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tiny_models
from glimpsed.engine.gguf import DEFAULT_ALIGNMENT, TENSOR_TYPES, GgufError, read_head

NO_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def head(*, tensors: int = 0, keys: int = 0, body: bytes = b"", version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, keys) + body


def peak_memory(path: Path) -> int:
    """Bytes that reading a head takes at most, whether it is one or not."""
    tracemalloc.start()
    try:
        with contextlib.suppress(GgufError):
            assert read_head(path).expected_size >= 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tiny_models.projector(tmp_path_factory.mktemp("gguf") / "mmproj.gguf")


def test_a_head_has_metadata_and_the_extent_of_its_tensors(tiny):
    found = read_head(tiny)
    assert found.version == 3
    assert found.metadata["general.architecture"] == "clip"
    assert found.metadata["clip.has_vision_encoder"] is True
    assert found.metadata["clip.minicpmv_version"] == 3
    assert found.metadata["clip.vision.attention.layer_norm_epsilon"] == pytest.approx(1e-6)
    assert "clip.vision.image_mean" not in found.metadata, "arrays are skipped"
    assert found.tensors["resampler.query"].shape == (128, 64)
    assert found.expected_size == tiny.stat().st_size


def test_it_agrees_with_the_reference_reader(tmp_path):
    path = tiny_models.byte_text_model(tmp_path / "text.gguf", reply="yes", layers=2)
    found, reference = read_head(path), gguf.GGUFReader(path)
    assert found.tensors.keys() == {tensor.name for tensor in reference.tensors}
    for tensor in reference.tensors:
        ours = found.tensors[tensor.name]
        assert ours.shape == tuple(int(size) for size in tensor.shape)
        assert ours.size == tensor.n_bytes
        assert found.data_start + ours.offset == tensor.data_offset


@pytest.mark.parametrize("kind", [gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_0])
def test_quantised_tensors_end_where_they_end(tmp_path, kind):
    writer = gguf.GGUFWriter(tmp_path / "q.gguf", "llama")
    data = gguf.quants.quantize(np.ones((3, 64), np.float32), kind)
    writer.add_tensor("only", data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    found = read_head(tmp_path / "q.gguf")
    assert found.tensors["only"].shape == (64, 3)
    assert found.expected_size == found.data_start + data.nbytes


@pytest.mark.models
def test_sizes_of_tensor_types_are_llama_cpps():
    package = Path(importlib.util.find_spec("llama_cpp").origin).parent
    ggml = ctypes.CDLL(str(package / "lib" / "libggml-base.so.0"))
    ggml.ggml_blck_size.restype = ctypes.c_int64
    ggml.ggml_type_size.restype = ctypes.c_size_t
    for kind, (block, width) in TENSOR_TYPES.items():
        assert (ggml.ggml_blck_size(kind), ggml.ggml_type_size(kind)) == (block, width), kind


def test_a_large_vocabulary_is_passed_over_and_not_kept(tmp_path):
    words = b"".join(string(b"token %d" % n) for n in range(300_000))
    array = struct.pack("<IIQ", 9, 8, 300_000) + words
    body = string(b"tokenizer.ggml.tokens") + array + string(b"n") + struct.pack("<II", 4, 7)
    path = write(tmp_path / "big.gguf", head(keys=2, body=body))
    assert read_head(path).metadata == {"n": 7}
    assert peak_memory(path) < 4 * 1024 * 1024


def test_strings_longer_than_the_buffer_are_passed_over(tmp_path):
    words = string(b"x" * 700_000) + string(b"") + string(b"y" * 300_000)
    body = string(b"words") + struct.pack("<IIQ", 9, 8, 3) + words + string(b"n") + struct.pack("<II", 4, 7)
    assert read_head(write(tmp_path / "long.gguf", head(keys=2, body=body))).metadata == {"n": 7}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "short"),
        (b"GG", "short"),
        (b"<!DOCTYPE html>", "not_gguf"),
        (head(version=1), "unsupported_version"),
        (head(version=99), "unsupported_version"),
        (head(version=0x03000000), "unsupported_version"),
        (head(keys=2**63), "malformed"),
        (head(tensors=2**32), "malformed"),
        (head(keys=1), "short"),
        (head(keys=1, body=struct.pack("<Q", 2**62)), "malformed"),
        (head(keys=1, body=string(b"k") + struct.pack("<I", 77)), "malformed"),
        (head(keys=1, body=string(b"k") + struct.pack("<IIQ", 9, 9, 1)), "malformed"),
        (head(keys=1, body=string(b"k") + struct.pack("<IIQ", 9, 8, 2**60)), "malformed"),
        (head(keys=1, body=string(b"k") + struct.pack("<IIQ", 9, 8, 2**20)), "short"),
        (head(keys=1, body=string(b"k") + struct.pack("<IIQ", 9, 12, 2**24)), "short"),
        (head(tensors=1, body=string(b"t") + struct.pack("<I", 5)), "malformed"),
        (head(keys=1, body=string(b"general.alignment") + struct.pack("<II", 4, 24)), "malformed"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, data, code):
    with pytest.raises(GgufError) as error:
        read_head(write(tmp_path / "bad.gguf", data))
    assert error.value.code == code


def test_a_huge_sparse_file_is_given_up_soon(tmp_path):
    body = string(b"k") + struct.pack("<IIQ", 9, 8, 2**25)
    path = write(tmp_path / "sparse.gguf", head(keys=1, body=body))
    with path.open("r+b") as file:
        file.truncate(2**34)
    with pytest.raises(GgufError) as error:
        read_head(path)
    assert error.value.code == "malformed"


def test_an_unknown_tensor_type_claims_no_bytes(tmp_path):
    body = string(b"t") + struct.pack("<IQIQ", 1, 4096, 9999, 0)
    found = read_head(write(tmp_path / "new.gguf", head(tensors=1, body=body)))
    assert found.expected_size == found.data_start
    assert found.data_start % DEFAULT_ALIGNMENT == 0


@NO_DEADLINE
@given(st.binary(max_size=400), st.sampled_from([b"", b"GGUF", head(keys=3), head(tensors=2, keys=1)]))
def test_random_damagedend_in_an_error_or_a_head(tmp_path, data, start):
    path = write(tmp_path / "random.gguf", start + data)
    assert peak_memory(path) < 16 * 1024 * 1024


@NO_DEADLINE
@given(st.data())
def test_a_damaged_file_ends_in_an_error_or_a_head(tmp_path, tiny, data):
    whole = tiny.read_bytes()
    end = read_head(tiny).data_start
    damaged = bytearray(whole[: end + 64])
    for at in data.draw(st.lists(st.integers(0, end - 1), min_size=1, max_size=8)):
        damaged[at] = data.draw(st.integers(0, 255))
    size = data.draw(st.one_of(st.just(len(damaged)), st.integers(0, len(damaged))))
    path = write(tmp_path / "damaged.gguf", bytes(damaged[:size]))
    assert peak_memory(path) < 16 * 1024 * 1024
