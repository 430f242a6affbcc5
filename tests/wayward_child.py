"""A child of the worker room that misbehaves on request, and a daemon that can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from glimpsed.core.errors import InputError, ModelError
from glimpsed.worker.child import CHANNEL_FD, Cancelled, say, serve
from glimpsed.worker.process import OnLog, Worker

SECRET = "what the person wrote: out of memory, Segmentation"  # noqa: S105 - it is a secret, and no password
"""Stands for text from a screen, in words that a filter for dying words may fall for."""


class TellTaleError(BaseException):
    """Passes through everything that catches ordinary exceptions."""


def wayward_worker(on_log: OnLog | None = None) -> Worker:
    """A worker whose child runs this module."""
    env = {"PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), *sys.path[1:]))}
    return Worker("wayward_child", "child", env=env, on_log=on_log)


def echo(args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    return args


def about(_args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    return {
        "nice": os.nice(0),
        "of its session": _niceness_of_session(),
        "oom": Path("/proc/self/oom_score_adj").read_text(encoding="ascii").strip(),
    }


def _niceness_of_session() -> int:
    """Where the kernel shares the processor among sessions; the process's own elsewhere."""
    switch = Path("/proc/sys/kernel/sched_autogroup_enabled")
    if not switch.exists() or switch.read_text(encoding="ascii").strip() != "1":
        return os.nice(0)
    return int(Path("/proc/self/autogroup").read_text(encoding="ascii").split()[-1])


def refuse(args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    if args["blame"] == "input":
        raise InputError("a_code", "a detail")
    if args["blame"] == "model":
        raise ModelError("a_code", "a detail", args.get("figures"))
    raise ValueError(SECRET)


def hang(_args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    while True:
        signal.pause()


def until_cancelled(_args: dict[str, Any], cancelled: Cancelled) -> dict[str, Any]:
    return {"cancelled": cancelled.wait(30)}


def die(args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    for line in args.get("lines", ()):
        say("info", line)
    os.kill(os.getpid(), args["signal"])
    raise AssertionError("still here")


def leave(args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    os.write(2, args["words"])
    os._exit(args["status"])


def raise_out(_args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    raise TellTaleError(f"{SECRET}\n{SECRET}\nGGML_ASSERT {SECRET}")


def leave_a_sleeper(_args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    sleeper = subprocess.Popen(("sleep", "60"))
    os.write(2, f"sleeper {sleeper.pid}\n".encode())
    os._exit(3)


def babble(args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    os.write(int(os.environ[CHANNEL_FD]), args["bytes"])
    time.sleep(60)  # what comes after nonsense does not matter
    return {}


def log_line(args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    say(args["level"], args["text"])
    return {}


def flood(args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    """Log from several threads at once, and answer while they do."""

    def chatter(thread: int) -> None:
        for line in range(args["lines"]):
            say("debug", f"{thread} {line} " + "x" * (line % 400))
        Path(f"{args['marks']}{thread}").touch()

    threads = [threading.Thread(target=chatter, args=(n,)) for n in range(args["threads"])]
    for thread in threads:
        thread.start()
    if args["wait"]:
        for thread in threads:
            thread.join()
    return {"bytes": bytes(args["answer"])}


def too_much(_args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
    return {"much": bytes(40 * 2**20)}


HANDLERS = (
    echo,
    about,
    refuse,
    hang,
    until_cancelled,
    die,
    leave,
    raise_out,
    leave_a_sleeper,
    babble,
    log_line,
    flood,
    too_much,
)


async def daemon() -> None:
    """Start a child, let it hang in a request, say its process id, and wait to be killed."""
    worker = wayward_worker()
    await worker.start()
    await worker.call("echo", {}, answer=dict, limit_s=30)
    asking = asyncio.ensure_future(worker.call("hang", {}, answer=dict, limit_s=600))
    print(worker.pid, flush=True)  # noqa: T201 - what the test reads
    await asking


if __name__ == "__main__":
    if sys.argv[1] == "child":
        serve({handler.__name__: handler for handler in HANDLERS}, nice=7)
    asyncio.run(daemon())
