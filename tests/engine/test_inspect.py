import os
from pathlib import Path

import gguf
import numpy as np
import pytest

import tiny_models
from glimpsed.config import ModelConfig
from glimpsed.engine.inspect import inspect


@pytest.fixture
def text(tmp_path):
    return tiny_models.byte_text_model(tmp_path / "text.gguf")


@pytest.fixture
def mmproj(tmp_path):
    return tiny_models.projector(tmp_path / "mmproj.gguf")


def problem(file: Path, mmproj: Path | None = None):
    found = inspect(ModelConfig(file=file, mmproj=mmproj))
    assert found is not None
    assert found.hint
    return found


@pytest.mark.models
def test_a_good_pair_has_no_problem(text, mmproj):
    assert inspect(ModelConfig(file=text, mmproj=mmproj)) is None


def test_a_model_without_a_projector_is_said_to_be_blind(text):
    assert problem(text).code == "no_projector"


@pytest.mark.models
def test_a_model_that_is_shown_no_picture_needs_no_projector(text, mmproj):
    assert inspect(ModelConfig(file=text, role="session")) is None
    assert inspect(ModelConfig(file=text, mmproj=mmproj, role="session")) is None
    for role in ("screen", "ask", ("session", "ask")):
        found = inspect(ModelConfig(file=text, role=role))
        assert found is not None
        assert found.code == "no_projector"


def test_a_projector_that_is_named_is_looked_at_even_if_no_role_needs_it(text):
    found = inspect(ModelConfig(file=text, mmproj=text, role="session"))
    assert found is not None
    assert found.code == "not_a_projector"


def test_a_missing_file_is_named(tmp_path, text):
    assert problem(tmp_path / "none.gguf").code == "missing"
    assert problem(text / "below-a-file.gguf").code == "missing"
    assert problem(tmp_path).code == "missing"
    found = problem(text, tmp_path / "none.gguf")
    assert found.code == "missing"
    assert "none.gguf" in found.detail


def test_a_fifo_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.gguf")
    assert problem(tmp_path / "pipe.gguf").code == "missing"


def test_an_unreadable_file_is_named(text):
    text.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root reads everything
    try:
        found = problem(text)
    finally:
        os.seteuid(user)
    assert found.code == "unreadable"
    assert "Permission denied" in found.detail


def test_a_link_to_itself_is_unreadable(tmp_path):
    (tmp_path / "loop.gguf").symlink_to(tmp_path / "loop.gguf")
    assert problem(tmp_path / "loop.gguf").code == "unreadable"


@pytest.mark.parametrize("missing", [1, 1000])
def test_a_short_file_says_how_much_is_missing(text, mmproj, missing):
    for file, other in ((text, None), (text, mmproj)):
        spoilt = other or file
        whole = spoilt.read_bytes()
        spoilt.write_bytes(whole[:-missing])
        found = problem(file, other)
        spoilt.write_bytes(whole)
        assert found.code == "short"
        assert str(spoilt) in found.detail
        assert str(len(whole)) in found.detail
        assert str(len(whole) - missing) in found.detail


def test_roles_of_the_two_files_are_not_to_be_swapped(text, mmproj):
    swapped = problem(mmproj, text)
    assert swapped.code == "not_a_text_model"
    assert "mmproj" in swapped.hint
    assert problem(text, text).code == "not_a_projector"


def test_a_vocabulary_alone_is_no_model(tmp_path):
    writer = gguf.GGUFWriter(tmp_path / "vocab.gguf", "llama")
    writer.add_tokenizer_model("gpt2")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    found = problem(tmp_path / "vocab.gguf")
    assert found.code == "not_a_text_model"
    assert "weights" in found.detail


def test_a_pair_of_two_widths_says_both(text, tmp_path):
    found = problem(text, tiny_models.projector(tmp_path / "wide.gguf", width=256))
    assert found.code == "wrong_pair"
    assert "256" in found.detail
    assert "128" in found.detail


def test_an_unknown_version_of_minicpm_is_named(text, tmp_path):
    found = problem(text, tiny_models.projector(tmp_path / "new.gguf", version=7))
    assert found.code == "wrong_pair"
    assert "version 7" in found.detail


def test_the_double_needs_only_its_script(tmp_path):
    (tmp_path / "script.json").write_text("{}")
    assert inspect(ModelConfig(file=tmp_path / "script.json", backend="fake")) is None
    absent = inspect(ModelConfig(file=tmp_path / "none.json", backend="fake"))
    assert absent.code == "missing"


def bare(path: Path, architecture: str, width: int) -> Path:
    """A language model as far as its head goes."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_embedding_length(width)
    writer.add_tokenizer_model("gpt2")
    writer.add_tensor("output_norm.weight", np.ones(32, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.models
@pytest.mark.parametrize(
    ("architecture", "version", "belongs"),
    [
        ("llama", 2, True),
        ("llama", 6, False),
        ("qwen3", 6, True),
        ("qwen3", 100045, True),
        ("qwen3", 2, False),
        ("mistral", 2, True),
    ],
)
def test_a_pair_of_one_width_and_two_families_is_told(tmp_path, architecture, version, belongs):
    file = bare(tmp_path / "text.gguf", architecture, 4096)
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", version, width=4096)
    found = inspect(ModelConfig(file=file, mmproj=mmproj))
    assert (found is None) == belongs
    if found is not None:
        assert found.code == "wrong_pair"
        assert architecture in found.detail
