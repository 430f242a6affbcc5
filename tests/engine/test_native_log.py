"""What the native libraries say reaches our log when it is wanted, and never a word of a prompt."""

import os
import socket
import subprocess
import sys
import tempfile

import msgspec
import pytest

import tiny_engine
from glimpsed.config import VisionConfig
from glimpsed.engine.contract import InferenceRequest, Launch
from glimpsed.engine.slot import CHILD_ENV, CHILD_MODULE
from glimpsed.worker.channel import Decoder, encode
from glimpsed.worker.child import CHANNEL_FD, PARENT_PID
from tiny_engine import describing, seeing

pytestmark = pytest.mark.models

SYSTEM, EXCERPT, QUESTION, SCHEMA = "xylophone", "quokka", "zanzibar", "marimba"
SECRETS = (SYSTEM, EXCERPT, QUESTION, SCHEMA)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_engine.write_models(tmp_path_factory.mktemp("models"))


class Conversation:
    """A child spoken to without a `Worker`, which filters what it prints: all that it said, by kind."""

    def __init__(self, launch: Launch, *messages: dict) -> None:
        self.answers: list[dict] = []
        self.logged: list[str] = []
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
            decoder = Decoder()
            for number, message in enumerate(messages, 1):
                ours.sendall(encode(message))
                while len(self.answers) < number:
                    data = ours.recv(65536) or pytest.fail(f"died at {message['op']}")
                    self._take(decoder.feed(data))
            ours.close()
            assert child.wait(10) == 0
            printed.seek(0)
            self.printed = printed.read().decode(errors="replace")

    def _take(self, frames: list[dict]) -> None:
        self.logged += [frame["log"]["text"] for frame in frames if "log" in frame]
        self.answers += [frame for frame in frames if "log" not in frame]


def asked(request: InferenceRequest) -> dict:
    return {"op": "run", "args": msgspec.to_builtins(request)}


@pytest.mark.parametrize("verbose", [True, False])
def test_no_word_of_a_prompt_is_logged_or_printed_at_any_stage(folder, verbose):
    """Every part of a prompt has a word of its own; it is run, refused for every reason, and cut."""
    schema = {
        "type": "object",
        "properties": {SCHEMA: {"type": "string", "maxLength": 5}},
        "required": [SCHEMA],
        "additionalProperties": False,
    }
    whole = describing(
        folder,
        system=f"{SYSTEM} <|im_start|> {SYSTEM}",
        excerpt=f"| {EXCERPT} <__media__> <image>\n" * 20,
        question=f"{QUESTION}?",
        schema=schema,
        max_tokens=64,
    )
    stages = {
        "whole": {},
        "again": {},
        "free": {"schema": None, "max_tokens": 8},
        "cut": {"max_tokens": 2},
        "text_alone": {"image": None},
        "context_overflow": {"excerpt": f"| {EXCERPT}" * 2000},
        "bad_schema": {"schema": {"type": SCHEMA}},
        "deadline": {"deadline_s": 0.0},
        "picture_gone": {"image": f"{folder}/{EXCERPT}.png"},
    }
    requests = [asked(msgspec.structs.replace(whole, **changes)) for changes in stages.values()]
    launch = Launch.of(seeing(folder, "random.gguf"), VisionConfig(), verbose=verbose)
    said = Conversation(launch, {"op": "load", "args": {}}, {"op": "probe", "args": {}}, *requests)

    answers = dict(zip(("load", "probe", *stages), said.answers, strict=True))
    done = [stage for stage, answer in answers.items() if "ok" in answer]
    assert done == ["load", "probe", "whole", "again", "free", "cut", "text_alone"]
    refused = {stage: answer["error"] for stage, answer in answers.items() if "error" in answer}
    assert {stage: error["code"] for stage, error in refused.items()} == {stage: stage for stage in refused}
    del refused["bad_schema"]  # a schema is ours, and its error says what is wrong with it

    assert bool(said.logged) == verbose
    told = "\n".join([*said.logged, said.printed, str(list(refused.values()))]).lower()
    assert not [secret for secret in SECRETS if secret in told]
    assert "add_text" not in told, "that is where mtmd repeats a prompt"
    if verbose:
        assert any("decoding image batch" in line for line in said.logged), "it says something at work"
        assert any("loaded meta data" in line for line in said.logged), "and when it loads"
