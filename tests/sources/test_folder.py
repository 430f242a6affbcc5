"""What a folder source says of the files in its folder."""

import asyncio
import logging
import os
import threading
import time
from pathlib import Path

import pytest

from folder_watching import Watching, run
from glimpsed.core.stable import Stability, Verdict


@run
async def test_finds_what_is_there_and_says_how_it_is(tmp_path):
    for name, age in (("old.png", 100), ("fresh.png", 0), ("future.png", -10_000)):
        (tmp_path / name).write_bytes(b"12345")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    (tmp_path / "notes.txt").touch()
    async with Watching(tmp_path) as watching:
        seen = {s.path.rpartition(b"/")[2]: s for s in watching.seen}
        assert set(seen) == {b"old.png", b"fresh.png", b"future.png"}
        assert {name: s.settled for name, s in seen.items()} == {
            b"old.png": True,
            b"fresh.png": False,
            b"future.png": False,
        }
        info = (tmp_path / "old.png").stat()
        identity = seen[b"old.png"].identity
        assert (identity.device, identity.inode) == (info.st_dev, info.st_ino)
        assert (identity.size, identity.mtime_ns) == (5, info.st_mtime_ns)
        assert {(s.source, s.origin) for s in watching.seen} == {("shots", "scan")}
        assert watching.told() == ["starting", "watching"]
        assert watching.states[-1].files_seen == 3
        assert watching.states[-1].detail == ""
        assert abs(watching.states[-1].last_scan_ms / 1000 - time.time()) < 60


@run
async def test_a_slow_writer_is_seen_at_once_and_settled_when_it_closes(tmp_path):
    async with Watching(tmp_path) as watching:
        with (tmp_path / "x.png").open("wb", buffering=0) as file:
            file.write(b"half")
            await watching.until_seen(b"x.png", settled=False, origin="event")
            assert not any(s.settled for s in watching.seen)
            file.write(b"other half")
        closed = await watching.until_seen(b"x.png", settled=True)
        assert closed.identity.size == 14


@run
async def test_writing_on_is_heard_while_the_file_stays_open(tmp_path):
    async with Watching(tmp_path) as watching:
        with (tmp_path / "x.png").open("wb", buffering=0) as file:
            file.write(b"half")
            await watching.until_seen(b"x.png")
            file.write(b"more")
            await watching.until(lambda: watching.seen[-1].identity.size == 8)
            assert not any(s.settled for s in watching.seen)


@run
async def test_a_file_renamed_in_from_outside_is_not_taken_for_complete(tmp_path):
    (tmp_path / "watched").mkdir()
    (tmp_path / "x.png").write_bytes(b"whole")
    async with Watching(tmp_path / "watched") as watching:
        (tmp_path / "x.png").rename(tmp_path / "watched/x.png")
        seen = await watching.until_seen(b"x.png", origin="event")
        assert (seen.settled, seen.identity.size) == (False, 5)


@run
async def test_a_file_renamed_into_place_is_settled(tmp_path):
    async with Watching(tmp_path) as watching:
        (tmp_path / ".x.png.tmp").write_bytes(b"whole")
        (tmp_path / ".x.png.tmp").rename(tmp_path / "x.png")
        seen = await watching.until_seen(b"x.png", settled=True)
        assert seen.identity.size == 5
        assert {s.path for s in watching.seen} == {seen.path}


@run
async def test_an_overwritten_file_is_seen_with_its_new_identity(tmp_path):
    (tmp_path / "x.png").write_bytes(b"one")
    async with Watching(tmp_path) as watching:
        (tmp_path / "x.png").write_bytes(b"three")
        seen = await watching.until_seen(b"x.png", settled=True, origin="event")
        assert seen.identity.size == 5


@run
async def test_a_hard_link_is_seen(tmp_path):
    (tmp_path / "watched").mkdir()
    (tmp_path / "x.png").write_bytes(b"whole")
    async with Watching(tmp_path / "watched") as watching:
        os.link(tmp_path / "x.png", tmp_path / "watched/y.png")
        assert (await watching.until_seen(b"y.png")).identity.size == 5


@run
async def test_a_file_deleted_before_it_was_looked_at_is_told_of_as_gone(tmp_path):
    async with Watching(tmp_path) as watching:
        gone = []
        while not gone:
            (tmp_path / "x.png").write_bytes(b"x")
            (tmp_path / "x.png").unlink()
            (tmp_path / "marker.png").write_bytes(b"x")
            await watching.until_seen(b"marker.png", settled=True)
            watching.seen, gone = [], [s for s in watching.seen if s.identity is None]
        assert gone[0].path == watching.path + b"/x.png"


@run
async def test_everything_in_a_folder_moved_in_is_seen(tmp_path):
    (tmp_path / "watched").mkdir()
    deep = tmp_path / "outside/a/b"
    deep.mkdir(parents=True)
    for folder in (deep, deep.parent, deep.parent.parent):
        (folder / "x.png").write_bytes(b"x")
    async with Watching(tmp_path / "watched") as watching:
        (tmp_path / "outside").rename(tmp_path / "watched/inside")
        for name in (b"inside/x.png", b"inside/a/x.png", b"inside/a/b/x.png"):
            await watching.until_seen(name)
        (tmp_path / "watched/inside/a/b/later.png").write_bytes(b"x")
        await watching.until_seen(b"inside/a/b/later.png", settled=True)
        (tmp_path / "watched/inside").rename(tmp_path / "watched/renamed")
        await watching.until_seen(b"renamed/a/b/x.png")


@run
async def test_files_in_folders_made_at_the_same_moment_are_seen(tmp_path):
    async with Watching(tmp_path) as watching:
        for number in range(20):
            folder = tmp_path / f"a{number}/b/c"
            folder.mkdir(parents=True)
            (folder / "x.png").write_bytes(b"x")
        for number in range(20):
            await watching.until_seen(b"a%d/b/c/x.png" % number)


@run
async def test_folders_below_are_left_alone_when_told_so(tmp_path):
    (tmp_path / "in").mkdir()
    async with Watching(tmp_path, recursive=False) as watching:
        (tmp_path / "in/x.png").write_bytes(b"x")
        (tmp_path / "new").mkdir()
        (tmp_path / "new/x.png").write_bytes(b"x")
        (tmp_path / "x.png").write_bytes(b"x")
        await watching.until_seen(b"x.png", settled=True)
        assert {s.path for s in watching.seen} == {watching.path + b"/x.png"}


@run
async def test_hidden_folders_and_droppings_are_not_told_of(tmp_path):
    (tmp_path / ".stversions").mkdir()
    (tmp_path / "a").mkdir()
    async with Watching(tmp_path) as watching:
        for name in (".stversions/x.png", ".x.png", "x.png.part", "~x.png", "x.txt"):
            (tmp_path / name).write_bytes(b"x")
        (tmp_path / "a/@eaDir/x.png").mkdir(parents=True)
        (tmp_path / "a/@eaDir/x.png/thumb.jpg").write_bytes(b"x")
        (tmp_path / "a/.git").mkdir()
        (tmp_path / "a/.git/x.png").write_bytes(b"x")
        (tmp_path / "x.png").write_bytes(b"x")
        await watching.until_seen(b"x.png", settled=True)
        watching.source.request_scan()
        await watching.until_seen(b"x.png", origin="scan")
        assert {s.path for s in watching.seen} == {watching.path + b"/x.png"}


@run
async def test_strange_things_named_like_pictures_are_told_of_and_block_nothing(tmp_path):
    (tmp_path / "target").mkdir()
    async with Watching(tmp_path) as watching:
        os.mkfifo(tmp_path / "pipe.png")
        (tmp_path / "folder.png").mkdir()
        (tmp_path / "folder.png/inner.png").write_bytes(b"x")
        (tmp_path / "dangling.png").symlink_to("nowhere")
        (tmp_path / "loop.png").symlink_to(tmp_path)
        (tmp_path / "loop").symlink_to(tmp_path)
        names = (b"pipe.png", b"folder.png", b"folder.png/inner.png", b"dangling.png", b"loop.png")
        for name in names:
            await watching.until_seen(name, origin="event")
        watching.seen.clear()
        watching.source.request_scan()
        for name in names:
            await watching.until_seen(name, origin="scan")
        assert {s.path for s in watching.seen} <= {watching.path + b"/" + name for name in names}


@run
async def test_a_moved_in_folder_with_links_back_does_not_loop(tmp_path):
    (tmp_path / "watched").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/back").symlink_to(tmp_path / "watched")
    (tmp_path / "outside/x.png").write_bytes(b"x")
    async with Watching(tmp_path / "watched") as watching:
        (tmp_path / "outside").rename(tmp_path / "watched/in")
        await watching.until_seen(b"in/x.png", origin="scan")
        (tmp_path / "watched/end.png").write_bytes(b"x")
        await watching.until_seen(b"end.png", settled=True)
        assert not [s for s in watching.seen if b"/back/" in s.path]


@run
async def test_names_that_are_not_text_come_through_unharmed(tmp_path):
    async with Watching(tmp_path) as watching:
        (tmp_path / os.fsdecode(b"\xff\xfe.png")).write_bytes(b"x")
        assert (await watching.until_seen(b"\xff\xfe.png", settled=True, origin="event")).identity.size == 1
        (tmp_path / os.fsdecode(b"\xe9")).mkdir()
        (tmp_path / os.fsdecode(b"\xff\xfe.png")).rename(tmp_path / os.fsdecode(b"\xe9/\xf8.png"))
        assert (await watching.until_seen(b"\xe9/\xf8.png")).identity.size == 1
        watching.source.request_scan()
        await watching.until_seen(b"\xe9/\xf8.png", origin="scan")


@run
async def test_five_thousand_files_at_once_all_come_and_become_ready(tmp_path):
    stability, ready = Stability(), set()

    def take(file):
        key = (file.source, file.path)
        if stability.seen(key, file.identity, settled=file.settled, now=time.monotonic()) is Verdict.READY:
            assert key not in ready
            ready.add(key)

    def write():
        for number in range(5000):
            (tmp_path / f"{number}.png").write_bytes(b"%d" % number)

    async with Watching(tmp_path, emit=take) as watching:
        await asyncio.to_thread(write)
        await watching.until(lambda: len(ready) == 5000, limit_s=60)


@run
async def test_lost_hints_are_made_up_for_by_a_scan(tmp_path):
    async with Watching(tmp_path) as watching:
        (tmp_path / "x.png").write_bytes(b"x")
        await watching.until_seen(b"x.png", settled=True)
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed")
        await watching.until_seen(b"x.png", origin="scan")


@run
async def test_too_many_hints_are_made_up_for_by_a_scan(tmp_path):
    def write():
        for number in range(11_000):
            os.link(first, os.fsencode(tmp_path) + b"/%d.png" % number)

    first = tmp_path / "first.png"
    async with Watching(tmp_path) as watching:
        first.write_bytes(b"x")
        write()  # on the loop's thread: it hears of all of them at once
        await watching.until(lambda: len({s.path for s in watching.seen}) == 11_001, limit_s=60)
        assert len(watching.source._hints) <= 10_000


@run
async def test_scans_again_after_a_while(tmp_path):
    (tmp_path / "x.png").touch()
    async with Watching(tmp_path, rescan_s=0.2) as watching:
        await watching.until(lambda: len(watching.seen) >= 3)
        assert {s.origin for s in watching.seen} == {"scan"}


@run
async def test_two_sources_of_one_folder_do_not_disturb_each_other(tmp_path):
    async with Watching(tmp_path) as one:
        async with Watching(tmp_path) as other:
            (tmp_path / "x.png").write_bytes(b"x")
            await asyncio.gather(*(w.until_seen(b"x.png", settled=True) for w in (one, other)))
        (tmp_path / "y.png").write_bytes(b"x")
        await one.until_seen(b"y.png", settled=True)
        assert other.seen[-1].path.endswith(b"x.png")


def _threads():
    return {t for t in threading.enumerate() if not t.name.startswith("asyncio_")}


def _descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


@run
async def test_nothing_is_left_behind(tmp_path):
    await asyncio.to_thread(os.getpid)  # the loop's own thread pool is not ours
    threads, descriptors = _threads(), _descriptors()
    handlers = list(logging.getLogger("watchdog.observers.inotify_c").handlers)
    for _ in range(3):
        async with Watching(tmp_path) as watching:
            (tmp_path / "x.png").write_bytes(b"x")
            await watching.until_seen(b"x.png")
            assert _threads() > threads
    await watching.source.stop()
    assert _threads() == threads
    assert _descriptors() == descriptors
    assert logging.getLogger("watchdog.observers.inotify_c").handlers == handlers


@run
async def test_stopping_at_once_and_in_the_middle_of_a_scan_is_clean(tmp_path):
    for number in range(1000):
        (tmp_path / f"{number}.png").touch()
    threads = _threads()
    async with Watching(tmp_path, start=False):
        pass
    async with Watching(tmp_path, start=False) as watching:
        await watching.until(lambda: watching.seen)
    count = len(watching.seen)
    assert 0 < count < 1000
    assert _threads() == threads
    await asyncio.sleep(0)
    assert len(watching.seen) == count


@run
async def test_an_internal_error_is_said_and_raised_when_stopped(tmp_path):
    def fail(_):
        raise KeyError("a bug")

    (tmp_path / "x.png").touch()
    watching = Watching(tmp_path, emit=fail)
    await watching.source.start()
    state = await watching.until_state("unreadable")
    assert "KeyError" in state.detail
    with pytest.raises(KeyError):
        await watching.source.stop()
