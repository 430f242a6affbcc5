"""Models that abort, hang or take their time, and daemons that are given them."""

import contextlib
import json
from pathlib import Path

import drawn
import tiny_models
from running_daemon import RunningDaemon, until

OCR = '[ocr]\nengine = "rapidocr"\nthreads = 1\n'

FAKE = """
[models.eyes]
backend = "fake"
file = "script.json"
mmproj = "script.json"
"""

TINY = """
[models.eyes]
file = "text.gguf"
mmproj = "mmproj.gguf"
context = 8192
"""

REPLY = {"reply": tiny_models.canned_description()}
HANG = {"hang": True}
LONG = {"delay_s": 300, **REPLY}


def script(root: Path, *steps: dict, load: dict | None = None) -> None:
    """What the fake model does from its next load on."""
    (root / "script.json").write_text(json.dumps({"steps": steps or [REPLY], "load": load or {}}))


def started(client, kind: str, times: int = 1) -> str:
    """Wait until jobs of a kind were started so many times in all; the id of the last one."""

    def found():
        events = client.events(0).events
        of_kind = [e.body["job"] for e in events if e.type == "job.started" and e.body["kind"] == kind]
        return of_kind[-1] if len(of_kind) >= times else None

    return until(found, what=f"start number {times} of a {kind} job")


def in_state(client, job: str, state: str, deadline_s: float = 30.0):
    """Wait until a job is in a state; the job."""

    def reached():
        view = client.job(job).job
        return view if view.state == state else None

    return until(reached, deadline_s=deadline_s, what=f"{job} {state}")


@contextlib.contextmanager
def running(root: Path, config: str):
    """A daemon and a client of it."""
    with RunningDaemon(root, config) as daemon, daemon.client() as client:
        yield daemon, client


def add(daemon, number: int) -> None:
    """One more screenshot, unlike the others; it comes into the folder whole."""
    picture = drawn.screenshot(daemon.root / f"{number}.png", lines=(f"notes {number}.txt - Editor",))
    picture.rename(daemon.shots / picture.name)


def only_shot(client):
    (shot,) = client.shots().shots
    return shot
