"""Which models there are and which does what, as the machine has it."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

from glimpsed.api import models
from glimpsed.config import Config, ModelConfig
from glimpsed.core import events as was
from glimpsed.core.fit import GIB, Need, unknown
from glimpsed.core.machine import Machine
from glimpsed.core.places import ModelState
from glimpsed.core.residency import Plan, Room
from glimpsed.wire.messages import ModelsRequest

CONFIG = Config(models={name: ModelConfig(file=Path(f"/{name}.gguf")) for name in ("eyes", "large", "lost")})


def plan(gib, **other):
    return Plan(
        8192, "f16", projector_on_gpu=True, need=Need({"weights": gib * GIB}, {"process": GIB}), **other
    )


def machine():
    roles = {"eyes": {"screen": 5, "ask": 5}, "large": {"screen": 9}, "lost": {"session": 0}}
    machine = Machine(
        [ModelState(name, each, keep_alive_s=-1 if name == "eyes" else 60) for name, each in roles.items()],
        reads_text=True,
    )
    for event in (
        was.RoomSeen(Room(gpu=8 * GIB, main=16 * GIB)),
        was.ModelInspected("eyes", plans=(plan(6), plan(4, changed=("context 4096 instead of 8192",)))),
        was.ModelInspected("large", plans=(plan(20),), quantisation="Q8_0"),
        was.ModelInspected("lost", "missing", "there is no such file", "name one"),
    ):
        machine.handle(event, 0.0, 0)
    return machine


def asked(machine):
    context = SimpleNamespace(machine=machine, config=CONFIG, over_its_limit=lambda _name: "")
    return asyncio.run(models.handle(context, ModelsRequest(id="1")))


def test_every_model_with_what_it_would_take():
    reply = asked(machine())
    assert reply.profile == "development"
    eyes, large, lost = reply.models
    assert (eyes.file, eyes.roles, eyes.state, eyes.resident) == (
        "/eyes.gguf",
        {"screen": 5, "ask": 5},
        "idle",
        False,
    )
    assert (eyes.gpu_bytes, eyes.main_bytes, eyes.measured) == (6 * GIB, GIB, False)
    assert (eyes.keep_alive_s, large.keep_alive_s) == (None, 60)
    assert large.quantisation == "Q8_0"
    assert (lost.state, lost.code, lost.detail, lost.hint) == (
        "unavailable",
        "missing",
        "there is no such file",
        "name one",
    )
    assert (lost.gpu_bytes, lost.main_bytes) == (None, None)


def test_a_model_of_unknown_size_is_said_to_be_that():
    shapeless = machine()
    nothing = Plan(8192, "f16", projector_on_gpu=False, need=unknown())
    shapeless.handle(was.ModelInspected("eyes", plans=(nothing,)), 0.0, 0)
    assert asked(shapeless).models[0].main_bytes is None


def test_each_role_has_its_model_or_says_why_not():
    screen, session, ask = asked(machine()).selections
    assert [screen.role, session.role, ask.role] == ["screen", "session", "ask"]
    assert (screen.model, session.model, ask.model) == ("eyes", None, "eyes")
    assert [(each.model, each.chosen) for each in screen.verdicts] == [("large", False), ("eyes", True)]
    assert "20480 MiB of GPU memory" in screen.verdicts[0].why
    assert "there is no such file" in session.why


def test_a_model_in_memory_counts_as_it_was_loaded():
    loaded = machine()
    resident = Plan(
        4096, "q8_0", projector_on_gpu=True, need=Need({"all": 3 * GIB}, {"rss": GIB}, measured=True)
    )
    loaded.scheduler.slot.load("eyes", 0.0)
    loaded.scheduler.slot.loaded("eyes", resident, 0.0)
    eyes = asked(loaded).models[0]
    assert (eyes.resident, eyes.state, eyes.gpu_bytes, eyes.measured) == (True, "ready", 3 * GIB, True)
