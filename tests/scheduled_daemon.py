"""Daemons whose models take turns: configurations, what is asked of them, and in which order they did it."""

import contextlib
from collections.abc import Iterator

import psutil

import drawn
import tiny_models
from running_daemon import NO_OCR, until

ANSWER = "It is an editor."

EYES_AND_VOICE = """
[vision]
detail = "low"
slice_cache_mb = 0

[models.eyes]
role = "screen"
file = "eyes.gguf"
mmproj = "mmproj.gguf"
context = 8192
threads = 1
gpu_layers = 0
projector = "cpu"

[models.voice]
role = "ask"
file = "voice.gguf"
mmproj = "mmproj.gguf"
context = 8192
threads = 1
gpu_layers = 0
projector = "cpu"
"""
"""One model for each role; each is expected to take 550 MiB, and both together take 700 when measured."""


def write_eyes_and_voice(root):
    """Tiny models that describe and answer, as llama.cpp runs them."""
    tiny_models.byte_text_model(root / "eyes.gguf", reply=tiny_models.canned_description())
    tiny_models.byte_text_model(root / "voice.gguf", reply=ANSWER)
    tiny_models.projector(root / "mmproj.gguf", shape=tiny_models.QUICK)


def within(main_memory_mb: int, models: str = EYES_AND_VOICE) -> str:
    """A configuration in which models may take so much together."""
    return f"{NO_OCR}[resources]\nmain_memory_mb = {main_memory_mb}\n{models}"


def picture(daemon, number: int):
    """A screenshot unlike the others, outside of the folder."""
    return drawn.screenshot(daemon.root / f"{number}.png", lines=(f"notes {number}.txt - Editor",))


def submit(daemon, client, number: int):
    """Hand in one more screenshot; its shot."""
    return client.shot(client.submit(picture(daemon, number)).shot.id).shot


def describing(client, shot):
    """The job that describes a shot."""
    (job,) = (job for job in client.shot(shot.id).shot.jobs if job.kind == "describe")
    return job


def events(client, *types: str):
    """Every event of these types, the oldest first."""
    found, since = [], 0
    while page := client.events(since).events:
        found += page
        since = page[-1].seq
    return [event for event in found if not types or event.type in types]


def begun(client, *kinds: str) -> list[str]:
    """The jobs of these kinds that were started, in this order; one that was started again is named again."""
    return [e.body["job"] for e in events(client, "job.started") if e.body["kind"] in kinds]


def states(client, model: str) -> list[str]:
    """The states that a model went through."""
    return [e.body["state"] for e in events(client, "model.changed") if e.body["model"] == model]


def model(client, name: str):
    """What the status says of a model."""
    return next(view for view in client.status().models if view.name == name)


def resident(client) -> set[str]:
    """The models in memory."""
    return {view.model for view in client.status().residents}


def doing(client, activity: str, of: str):
    """Wait until the slot does this with a model; the slot."""

    def found():
        slot = client.status().slot
        return slot if (slot.activity, slot.model) == (activity, of) else None

    return until(found, what=f"{activity} {of}")


@contextlib.contextmanager
def halted(client, name: str) -> Iterator[psutil.Process]:
    """A model's child does nothing meanwhile, so that what it was given lasts as long as a test wants."""
    child = psutil.Process(model(client, name).pid)
    child.suspend()
    try:
        yield child
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.resume()
