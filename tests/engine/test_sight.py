"""A pair that cannot see is refused when it is loaded, with the reason."""

import asyncio
import hashlib
from pathlib import Path

import numpy as np
import pytest

import resident
import tiny_models
from byte_tokens import BYTES
from glimpsed.config import ModelConfig
from glimpsed.core.errors import ModelError
from glimpsed.engine.llama.picture import blank_picture, striped_picture
from glimpsed.engine.llama.runner import require_sight
from glimpsed.engine.slot import Slot
from glimpsed.worker.child import Cancelled

pytestmark = resident.MARKS


@pytest.fixture
def folder(pair):
    return pair


def refused(folder, **changes) -> ModelError:
    with pytest.raises(ModelError) as error:
        resident.load(folder, **changes)
    assert " " in error.value.detail, "a sentence"
    return error.value


# Each of these is on the one way from pixels to what the model is given.
@pytest.mark.parametrize(
    "tensor",
    [
        "v.patch_embd.weight",
        "resampler.kv.weight",
        "resampler.attn.v.weight",
        "resampler.attn.out.weight",
        "resampler.proj.weight",
    ],
)
def test_a_projector_that_makes_the_same_of_every_picture_is_blind(folder, tmp_path, tensor):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", fill={tensor: 0.0})
    error = refused(folder, mmproj=str(mmproj))
    assert error.code == "blind"
    assert "the same of every picture" in error.detail


@pytest.mark.parametrize("tensor", ["v.patch_embd.weight", "v.post_ln.weight", "resampler.proj.weight"])
def test_a_projector_that_computes_no_numbers_is_blind(folder, tmp_path, tensor):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", fill={tensor: float("nan")})
    assert refused(folder, mmproj=str(mmproj)).code == "blind"


@pytest.mark.parametrize("tensor", ["output_norm.weight", "blk.0.ffn_up.weight"])
def test_a_text_model_that_computes_no_numbers_is_refused(folder, tmp_path, tensor):
    file = tiny_models.byte_text_model(tmp_path / "text.gguf", fill={tensor: float("nan")})
    for mmproj in (str(folder / "mmproj.gguf"), None):
        error = refused(folder, file=str(file), mmproj=mmproj)
        assert error.code == "run_failed"
        assert "no numbers" in error.detail


@pytest.mark.parametrize("name", ["file", "mmproj"])
def test_a_file_that_is_not_the_pinned_one_is_refused(folder, name):
    path = getattr(resident.launch(folder), name)
    error = refused(folder, **{f"{name}_sha256": "0" * 64})
    assert error.code == "wrong_file"
    assert path in error.detail
    found = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert found in error.detail
    assert resident.load(folder, **{f"{name}_sha256": found}).loaded.vision


def write_by_hand(path, *, missing=(), unspeakable=""):
    """A text model that lacks some of the control words, or has one that turns all numbers to nothing."""
    every = tiny_models.with_control([*BYTES.values(), "in"], ["i n"])
    kept = [number for number, token in enumerate(every.tokens) if token not in missing]
    vocabulary = tiny_models.Vocabulary(
        [every.tokens[number] for number in kept], [every.types[number] for number in kept], every.merges
    )
    random, shape = np.random.default_rng(3), tiny_models.TextShape()

    def weights(*sizes):
        return (random.standard_normal(sizes) * 0.3).astype(np.float32)

    tensors = {name: weights(len(kept), shape.width) for name in ("token_embd.weight", "output.weight")}
    if unspeakable:
        tensors["token_embd.weight"][vocabulary.tokens.index(unspeakable)] = float("nan")
    tensors |= tiny_models.text_layers(shape, weights, leading_out=weights)
    return tiny_models.write_text_model(path, vocabulary, shape, tensors, context=2048)


@pytest.mark.parametrize("words", [("<image>", "</image>"), ("<image>", "</image>", "<slice>", "</slice>")])
def test_a_text_model_that_has_no_words_for_pictures_is_not_this_projectors(folder, tmp_path, words):
    error = refused(folder, file=str(write_by_hand(tmp_path / "text.gguf", missing=words)))
    assert error.code == "wrong_pair"
    assert "mmproj" in error.detail


def test_a_text_model_that_lacks_only_the_words_for_slices_is_refused(folder, tmp_path):
    error = refused(folder, file=str(write_by_hand(tmp_path / "text.gguf", missing=("<slice>", "</slice>"))))
    assert error.code == "wrong_pair"


@pytest.mark.parametrize("kv_type", ["f16", "q8_0"])
def test_where_one_request_computes_no_numbers_the_next_one_does(folder, tmp_path, kv_type):
    file = write_by_hand(tmp_path / "text.gguf", unspeakable="~")
    runner = resident.load(folder, file=str(file), mmproj=None, kv_type=kv_type)
    request, unspeakable = resident.asking(), resident.asking(question="x" * 150 + "~" * 30)
    before = resident.outcome(runner, request)
    assert resident.code_of(runner, unspeakable) == "run_failed"
    assert resident.outcome(runner, request) == before


def test_the_same_of_two_pictures_is_blindness_and_a_little_difference_is_too():
    seen = np.ones(64, np.float32)
    require_sight(seen * np.float32(1.01), seen)
    for other in (seen, seen * np.float32(1.0001)):
        with pytest.raises(ModelError) as error:
            require_sight(other, seen)
        assert error.value.code == "blind"


def test_what_it_is_tried_on_is_easily_told_apart():
    striped, blank = striped_picture(), blank_picture()
    assert striped.shape == blank.shape == (448, 448, 3)
    assert np.abs(striped.astype(int) - blank).mean() > 50


def test_a_pair_that_sees_passes_and_answers_as_before(runner, tmp_path):
    picture = resident.save(tmp_path / "picture.png", resident.screen(640, 360))
    requests = [resident.asking(image=picture), resident.asking()]
    before = [resident.outcome(runner, request) for request in requests]
    runner.probe(Cancelled())
    assert [resident.outcome(runner, request) for request in requests] == before
    assert resident.run(runner, requests[0]).counts.encoded == 0, "it drove nothing out of the cache"


def test_a_text_model_by_itself_is_probed_by_a_token(folder):
    runner = resident.load(folder, mmproj=None)
    assert not runner.loaded.vision
    before = resident.outcome(runner, resident.asking())
    runner.probe(Cancelled())
    assert resident.outcome(runner, resident.asking()) == before


def test_a_probe_ends_when_nobody_wants_to_know(folder):
    runner, cancelled = resident.load(folder), Cancelled()
    cancelled.set()
    with pytest.raises(ModelError) as error:
        runner.probe(cancelled)
    assert error.value.code == "cancelled"
    runner.probe(Cancelled())


def test_the_slot_says_that_a_pair_is_blind_and_takes_the_next(folder, tmp_path):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", fill={"resampler.kv.weight": 0.0})
    blind = ModelConfig(file=folder / "text.gguf", mmproj=mmproj)

    async def walk():
        slot = Slot("tiny", blind)
        with pytest.raises(ModelError) as error:
            await slot.load()
        assert not slot.running
        slot.config = ModelConfig(file=folder / "text.gguf", mmproj=folder / "mmproj.gguf")
        await slot.load()
        try:
            await slot.probe()
        finally:
            await slot.unload()
        return error.value

    assert asyncio.run(walk()).code == "blind"
