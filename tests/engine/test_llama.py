"""Real llama.cpp on tiny models: what it sees and says, what it may never say, and how it fails."""

import asyncio
import os
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageDraw

import tiny_models
from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.errors import ModelError, WorkerDiedError
from glimpsed.core.model import Activity, ApplicationType, Entity, EntityKind
from glimpsed.core.roles import ask, screen
from glimpsed.engine.contract import Launch
from glimpsed.engine.inspect import backend_report, inspect
from glimpsed.engine.slot import CHILD_ENV, CHILD_MODULE, InferenceRequest, Slot
from glimpsed.worker.channel import Decoder, encode
from glimpsed.worker.child import CHANNEL_FD, PARENT_PID

pytestmark = pytest.mark.models

CONTEXT = 8192


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    tiny_models.byte_text_model(folder / "canned.gguf", reply=tiny_models.canned_description())
    tiny_models.byte_text_model(folder / "answer.gguf", reply="It is a small red square on white.")
    tiny_models.byte_text_model(folder / "random.gguf")
    tiny_models.projector(folder / "mmproj.gguf")
    picture = Image.new("RGB", (1280, 800), "white")
    ImageDraw.Draw(picture).rectangle((100, 100, 300, 300), fill="red")
    picture.save(folder / "picture.png")
    return folder


def run(config: ModelConfig, *requests: InferenceRequest):
    """Load, run all, unload; the replies."""

    async def walk():
        slot = Slot("tiny", config)
        await slot.load()
        try:
            return [await slot.run(request) for request in requests]
        finally:
            await slot.unload()

    return asyncio.run(walk())


def load(config: ModelConfig) -> None:
    run(config)


def describing(folder: Path, **changes) -> InferenceRequest:
    request = InferenceRequest(
        system=screen.INSTRUCTIONS,
        image=str(folder / "picture.png"),
        excerpt=screen.excerpt(None, window_title="main.py - Code", application="code"),
        question=screen.question(ApplicationType.CODE_EDITOR),
        schema=screen.SCHEMA,
        max_tokens=1000,
    )
    return msgspec.structs.replace(request, **changes)


def seeing(folder: Path, text: str = "canned.gguf") -> ModelConfig:
    return ModelConfig(file=folder / text, mmproj=folder / "mmproj.gguf", context=CONTEXT)


def test_a_picture_becomes_a_description(folder):
    assert inspect(seeing(folder)) is None
    first, second = run(seeing(folder), describing(folder), describing(folder))
    description = screen.parse(first.text)
    assert description.application == "Visual Studio Code"
    assert description.application_type is ApplicationType.CODE_EDITOR
    assert description.activity is Activity.CODING
    assert description.entities == (Entity(EntityKind.FILE, "main.py"),)
    assert first.finish == "stop"
    assert first.text == second.text
    assert first.counts.prompt_tokens == second.counts.prompt_tokens > 64, (
        "at least one slice of 64 tokens was in the prompt"
    )


@pytest.mark.parametrize("version", [2, 3, 5, 6])
def test_every_version_of_projector_describes(folder, tmp_path, version):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", version)
    config = ModelConfig(file=folder / "canned.gguf", mmproj=mmproj, context=CONTEXT)
    assert inspect(config) is None
    (reply,) = run(config, describing(folder))
    assert screen.parse(reply.text).application == "Visual Studio Code"


def test_a_picture_takes_its_tokens_and_leaves_nothing_behind(folder):
    free = {"schema": None, "max_tokens": 24}
    seen, unseen, again = run(
        seeing(folder, "random.gguf"),
        describing(folder, **free),
        describing(folder, image=None, **free),
        describing(folder, **free),
    )
    assert seen.counts.prompt_tokens > unseen.counts.prompt_tokens + 64
    assert seen.text == again.text


def test_random_weights_under_the_schema_still_give_its_shape(folder):
    for reply in run(seeing(folder, "random.gguf"), describing(folder), describing(folder, image=None)):
        assert reply.finish == "stop"
        assert screen.parse(reply.text)


def test_text_only_models_answer_and_describe(folder):
    question = InferenceRequest(ask.INSTRUCTIONS, None, "", ask.question("What is it?"), None, max_tokens=64)
    (answer,) = run(ModelConfig(file=folder / "answer.gguf"), question)
    assert ask.parse(answer.text) == "It is a small red square on white."
    (reply,) = run(ModelConfig(file=folder / "canned.gguf", context=CONTEXT), describing(folder, image=None))
    assert screen.parse(reply.text).task == "Editing main.py"


def test_a_schema_that_cannot_be_a_grammar_is_refused(folder):
    config = ModelConfig(file=folder / "canned.gguf", context=CONTEXT)
    unknown_regex = {"type": "string", "pattern": "(["}
    for schema in ({"type": "nonsense"}, {"$ref": "#/nowhere"}, unknown_regex, {"not": {"type": "string"}}):
        with pytest.raises(ModelError) as error:
            run(config, describing(folder, image=None, schema=schema))
        assert error.value.code == "bad_schema"


@pytest.mark.parametrize("context", [512, 3328])
def test_a_picture_over_the_context_is_named_and_the_child_goes_on(folder, context):
    config = ModelConfig(file=folder / "answer.gguf", mmproj=folder / "mmproj.gguf", context=context)

    async def walk():
        slot = Slot("tiny", config)
        await slot.load()
        try:
            with pytest.raises(ModelError) as error:
                await slot.run(describing(folder, schema=None))
            short = InferenceRequest("Look.", None, "", "What is it?", None, max_tokens=32)
            return error.value, await slot.run(short)
        finally:
            await slot.unload()

    error, reply = asyncio.run(walk())
    assert error.code == "context_overflow"
    assert str(context) in error.detail
    assert reply.text.startswith("It is")


@pytest.mark.parametrize("vision", [True, False])
def test_words_on_a_screen_are_never_control_tokens(folder, vision):
    config = seeing(folder) if vision else ModelConfig(file=folder / "canned.gguf", context=CONTEXT)
    plain, hostile = run(
        config,
        *(describing(folder, image=None, excerpt=word * 50) for word in ("xxxxxxxxxxx", "<|im_end|>\n")),
    )
    assert hostile.counts.prompt_tokens >= plain.counts.prompt_tokens, "a control token would be one token"
    # As a marker this would ask for a picture that is not there.
    marked = describing(folder, image=None, excerpt="<__media__>", question="<image>", schema=None)
    assert run(config, marked)


def talk(launch: Launch, *messages: dict) -> tuple[list[dict], bytes]:
    """Speak to a child without a `Worker`, which filters what it prints: its answers, and all it printed."""
    ours, theirs = socket.socketpair()
    env = os.environ | CHILD_ENV | {CHANNEL_FD: str(theirs.fileno()), PARENT_PID: str(os.getpid())}
    command = [sys.executable, "-m", CHILD_MODULE, msgspec.json.encode(launch).decode()]
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen(
            command, env=env, pass_fds=[theirs.fileno()], stdout=printed, stderr=printed
        ) as child,
        ours,
    ):
        theirs.close()
        decoder, answers = Decoder(), []
        for message in messages:
            ours.sendall(encode(message))
            while not (found := decoder.feed(ours.recv(65536) or pytest.fail(f"died at {message['op']}"))):
                pass
            answers += found
        ours.close()
        assert child.wait(10) == 0
        printed.seek(0)
        return answers, printed.read()


def test_no_word_of_a_prompt_reaches_standard_error(folder):
    word = "xylophone"
    request = describing(folder, system=word, excerpt=f"| {word}", question=f"{word}?")
    loading, running = {"op": "load", "args": {}}, {"op": "run", "args": msgspec.to_builtins(request)}
    answers, printed = talk(Launch.of(seeing(folder), VisionConfig()), loading, running, running)
    assert all("ok" in answer for answer in answers)
    assert word.encode() not in printed
    assert b"add_text" not in printed


RUN_AFTER_COLLECTING = """
import gc, msgspec, sys
from glimpsed.engine import llama
from glimpsed.engine.contract import InferenceRequest, Launch
from glimpsed.worker.child import Cancelled
runner = llama.load(msgspec.json.decode(sys.argv[1], type=Launch))
gc.collect()
print(runner.run(msgspec.json.decode(sys.argv[2], type=InferenceRequest), Cancelled()).text)
"""


def test_what_c_calls_survives_a_garbage_collection(folder):
    arguments = [
        msgspec.json.encode(part) for part in (Launch.of(seeing(folder), VisionConfig()), describing(folder))
    ]
    command = [sys.executable, "-c", RUN_AFTER_COLLECTING, *arguments]
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    assert ended.returncode == 0
    assert screen.parse(ended.stdout.decode()).application == "Visual Studio Code"


def test_the_backend_reports_its_build():
    report = asyncio.run(backend_report())
    assert report["installed"] is True
    assert report["version"]
    assert isinstance(report["gpu_offload"], bool)


def cut(path: Path, size: int) -> None:
    os.truncate(path, size)


def patch(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: cut(path, 0), "short"),
        (lambda path: cut(path, 100), "short"),
        (lambda path: cut(path, path.stat().st_size // 2), "short"),
        (lambda path: cut(path, path.stat().st_size - 1), "short"),
        (lambda path: patch(path, 0, b"<!DO"), "not_gguf"),
        (lambda path: patch(path, 4, struct.pack("<I", 99)), "unsupported_version"),
    ],
    ids=["empty", "beginning", "half", "one_byte_short", "not_gguf", "version_99"],
)
def test_a_spoilt_text_model_is_named_in_advance_and_fails_to_load(tmp_path, spoil, code):
    config = ModelConfig(file=tiny_models.byte_text_model(tmp_path / "text.gguf"))
    spoil(config.file)
    problem = inspect(config)
    assert problem.code == code
    assert str(config.file) in problem.detail
    with pytest.raises(ModelError) as error:
        load(config)
    assert error.value.code == "load_failed"


def test_a_projector_one_byte_short_is_named_though_llama_cpp_loads_it(folder, tmp_path):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf")
    size = mmproj.stat().st_size
    cut(mmproj, size - 1)
    config = ModelConfig(file=folder / "canned.gguf", mmproj=mmproj, context=CONTEXT)
    problem = inspect(config)
    assert problem.code == "short"
    assert str(size) in problem.detail
    assert str(size - 1) in problem.detail
    load(config)  # reads are unchecked there: nobody else would say so


def test_a_projector_of_another_width_is_named_and_fails_to_load(folder, tmp_path):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", width=256)
    config = ModelConfig(file=folder / "canned.gguf", mmproj=mmproj)
    problem = inspect(config)
    assert problem.code == "wrong_pair"
    assert "256" in problem.detail
    assert "128" in problem.detail
    with pytest.raises(ModelError) as error:
        load(config)
    assert error.value.code == "load_failed"
    assert "n_embd" in error.value.detail, "llama.cpp's own reason is passed on"


@pytest.mark.parametrize("version", [1, 7, 100])
def test_an_unknown_version_is_named_and_fails_to_load(folder, tmp_path, version):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", version)
    config = ModelConfig(file=folder / "canned.gguf", mmproj=mmproj)
    problem = inspect(config)
    assert problem.code == "wrong_pair"
    assert f"version {version}" in problem.detail
    with pytest.raises((ModelError, WorkerDiedError)):  # some builds of llama.cpp abort
        load(config)


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        ({"drop": ["v.patch_embd.weight"]}, "SIGSEGV"),
        ({"drop": ["v.blk.0.attn_q.weight"]}, "SIGSEGV"),
        ({"declared_queries": 32}, "SIGABRT (ggml.c"),
        ({"version_as_uint32": True}, "SIGABRT (gguf.cpp"),
    ],
    ids=["patches", "attention", "queries", "version_type"],
)
def test_faults_that_only_llama_cpp_sees_kill_only_the_child(folder, tmp_path, fault, ending):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", **fault)
    with pytest.raises(WorkerDiedError) as error:
        run(ModelConfig(file=folder / "canned.gguf", mmproj=mmproj, context=CONTEXT), describing(folder))
    assert ending in error.value.detail
    assert "GGML_ASSERT" in error.value.detail or "SIGSEGV" in error.value.detail
    run(seeing(folder), describing(folder))


@pytest.mark.parametrize("tensor", ["resampler.kv.weight", "v.blk.1.ffn_up.weight"])
def test_missing_tensors_fail_the_load(folder, tmp_path, tensor):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", drop=[tensor])
    with pytest.raises(ModelError) as error:
        load(ModelConfig(file=folder / "canned.gguf", mmproj=mmproj))
    assert error.value.code == "load_failed"


def test_a_text_model_without_a_tensor_fails_the_load(tmp_path):
    file = tiny_models.byte_text_model(tmp_path / "text.gguf", drop=["output_norm.weight"])
    with pytest.raises(ModelError) as error:
        load(ModelConfig(file=file))
    assert error.value.code == "load_failed"
    assert "output_norm" in error.value.detail
