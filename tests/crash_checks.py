"""What must hold whatever was killed: of processes, of the database, of the folder and of the spool."""

import os
import random
import re
import sys
from collections import defaultdict

import apsw
import msgspec
import psutil

from glimpsed.core.model import Rung
from running_daemon import RunningDaemon, until

_LETTERS = {
    "job.queued": "q",
    "job.started": "s",
    "job.done": "d",
    "job.failed": "f",
    "job.cancelled": "c",
    "job.poisoned": "p",
}
_WHOLE_LIFE = re.compile(r"q(sq)*(sd|s?[fcp])")
"""Of a job: started only when queued, and one end, after which nothing comes."""


def seeded() -> random.Random:
    """Chance that a failure can be repeated with: the seed is printed, and taken from CRASH_SEED."""
    seed = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(10**6))
    sys.stdout.write(f"CRASH_SEED={seed}\n")  # pytest shows it when the test fails
    return random.Random(seed)


def family(pid: int) -> set[psutil.Process]:
    """Everything that this process started and that runs; each is known by its id and its start time."""
    try:
        return set(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return set()


def child(daemon: RunningDaemon, room: str) -> psutil.Process | None:
    """The daemon's child that runs `glimpsed.<room>.child`, if there is one."""
    for process in family(daemon.process.pid):
        try:
            if f"glimpsed.{room}.child" in process.cmdline():
                return process
        except psutil.NoSuchProcess:
            continue
    return None


def has_ended(process: psutil.Process) -> bool:
    """Ended; an orphan may stay a zombie where nobody reaps it."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until_ended(processes: set[psutil.Process]) -> None:
    """Wait for the end of all of them."""
    until(lambda: all(map(has_ended, processes)), deadline_s=10, what=f"the end of {processes}")


def assert_whole(daemon: RunningDaemon) -> None:
    """The stopped daemon's store is sound, owes nothing, and has all files as shots, each described once."""
    cx = apsw.Connection(str(daemon.data / "glimpsed.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        assert cx.execute("PRAGMA integrity_check").get == "ok"
        assert not list(cx.execute("PRAGMA foreign_key_check"))
        _assert_results(cx)
        _assert_events(cx)
        paths = [path for (path,) in cx.execute("SELECT path FROM shot")]
    finally:
        cx.close()
    assert sorted(paths) == sorted(os.fsencode(path) for path in daemon.shots.iterdir())
    assert not list((daemon.data / "spool").iterdir())


def _assert_results(cx: apsw.Connection) -> None:
    said: dict[str, list[tuple[Rung, bool]]] = defaultdict(list)
    for picture, rung, current in cx.execute("SELECT picture, rung, current FROM result"):
        said[picture].append((Rung(rung), bool(current)))
    assert set(said) == {picture for (picture,) in cx.execute("SELECT n FROM picture")}
    for found in said.values():
        rungs = [rung for rung, _ in found]
        assert len(rungs) == len(set(rungs)), "a second result"
        assert [rung for rung, current in found if current] == [min(rungs, key=lambda rung: rung.rank)]
    unfit = """
        SELECT job.id, state FROM job LEFT JOIN result ON result.job = job.id
        WHERE kind <> 'ask' AND (state = 'done') <> (result.id IS NOT NULL)"""
    assert not list(cx.execute(unfit)), "a result without its job's end, or the other way round"
    ends = "SELECT state, deaths, interruptions FROM job WHERE state <> 'done'"
    for state, deaths, interruptions in cx.execute(ends):
        assert state == "poisoned"
        assert deaths >= 2 or interruptions >= 3


def _assert_events(cx: apsw.Connection) -> None:
    seqs, lives, added = [], defaultdict(str), []
    for seq, kind, text in cx.execute("SELECT seq, type, body FROM event ORDER BY seq"):
        body = msgspec.json.decode(text)
        seqs.append(seq)
        if kind in _LETTERS:
            lives[body["job"]] += _LETTERS[kind]
        if kind == "shot.added":
            added.append(body["shot"])
    assert seqs == list(range(1, len(seqs) + 1))
    assert set(lives) == {job for (job,) in cx.execute("SELECT id FROM job")}
    for job, life in lives.items():
        assert _WHOLE_LIFE.fullmatch(life), (job, life)
    assert sorted(added) == sorted(shot for (shot,) in cx.execute("SELECT id FROM shot"))


def jobs(daemon: RunningDaemon) -> list[tuple[str, str, int, int]]:
    """Id, state, deaths and interruptions of every job in the stopped daemon's store, oldest first."""
    cx = apsw.Connection(str(daemon.data / "glimpsed.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return list(cx.execute("SELECT id, state, deaths, interruptions FROM job ORDER BY n"))
    finally:
        cx.close()


def calls(daemon: RunningDaemon) -> list[tuple[str | None, str, int]]:
    """Job, outcome and whether it was a retry of every call in the daemon's store, oldest first."""
    cx = apsw.Connection(str(daemon.data / "glimpsed.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return list(cx.execute("SELECT job, outcome, retry FROM call ORDER BY n"))
    finally:
        cx.close()
