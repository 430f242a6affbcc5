"""What a folder source says of the folder itself: gone, back, shut, or more than the kernel will watch."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from folder_watching import Watching, run


@run
async def test_a_root_behind_a_symbolic_link_is_watched_under_its_own_name(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real/a.png").touch()
    async with Watching(tmp_path / "link") as watching:
        await watching.until_seen(b"a.png", origin="scan")
        (tmp_path / "real/b.png").write_bytes(b"x")
        await watching.until_seen(b"b.png", origin="event")
        (tmp_path / "link").unlink()
        (tmp_path / "link").symlink_to("other")
        (tmp_path / "other/c.png").write_bytes(b"x")
        await watching.until_seen(b"c.png")


@run
async def test_a_missing_root_is_said_once_and_watched_once_it_is_there(tmp_path):
    async with Watching(tmp_path / "later", start=False) as watching:
        await watching.until_state("missing")
        (tmp_path / "later").mkdir()
        (tmp_path / "later/x.png").write_bytes(b"x")
        await watching.until_seen(b"x.png")
        await watching.until_state("watching")
        (tmp_path / "later/y.png").write_bytes(b"x")
        await watching.until_seen(b"y.png", settled=True, origin="event")
        assert watching.told() == ["starting", "missing", "watching"]


@run
async def test_a_root_that_vanishes_and_comes_back(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    async with Watching(root) as watching:
        for number in range(3):
            shutil.rmtree(root)
            assert (await watching.until_state("missing")).detail
            root.mkdir()
            (root / f"scanned{number}.png").write_bytes(b"x")
            await watching.until_seen(b"scanned%d.png" % number)
            await watching.until_state("watching")
            (root / f"heard{number}.png").write_bytes(b"x")
            await watching.until_seen(b"heard%d.png" % number, origin="event", settled=True)
        assert watching.told() == ["starting", "watching", *["missing", "watching"] * 3]


@run
async def test_a_root_replaced_behind_our_back_is_watched_anew(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    async with Watching(root) as watching:
        # Removed and made again at once: ext4 and tmpfs often give the very same inode number.
        for number in range(5):
            root.rmdir()
            root.mkdir()
            name = f"deleted{number}.png"
            (root / name).write_bytes(b"x")
            await watching.until_seen(name.encode())
            (root / name).unlink()
        # Moved away: the old folder lives on elsewhere, and what happens there is none of ours.
        root.rename(tmp_path / "away")
        root.mkdir()
        (root / "x.png").write_bytes(b"x")
        await watching.until_seen(b"x.png")
        (tmp_path / "away/not-ours.png").write_bytes(b"x")
        (root / "y.png").write_bytes(b"x")
        await watching.until_seen(b"y.png", origin="event", settled=True)
        assert not any(s.identity for s in watching.seen if s.path.endswith(b"not-ours.png"))


@run
async def test_a_root_that_is_a_file_is_said_to_be_one(tmp_path):
    (tmp_path / "root").touch()
    async with Watching(tmp_path / "root", start=False) as watching:
        assert "file" in (await watching.until_state("unreadable")).detail
        (tmp_path / "root").unlink()
        (tmp_path / "root").mkdir()
        await watching.until_state("watching")


@run
async def test_a_watch_whose_thread_failed_is_made_anew(tmp_path):
    async with Watching(tmp_path) as watching:
        deaf = watching.source._watch
        deaf._observer._inotify_fd.stop()
        (tmp_path / "x.png").write_bytes(b"x")
        await watching.until_seen(b"x.png", origin="scan")
        (tmp_path / "y.png").write_bytes(b"x")
        await watching.until_seen(b"y.png", origin="event", settled=True)
        assert watching.told() == ["starting", "watching"]


SCRIPT = """
import asyncio, concurrent.futures.thread, encodings.unicode_escape, os, sys
from pathlib import Path
from glimpsed.config import FolderConfig
from glimpsed.sources.folder import FolderSource

if "--as-nobody" in sys.argv and os.geteuid() == 0:  # now that all is imported: root is refused nothing
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)

async def main():
    done = asyncio.Event()
    def on_state(state):
        print(state.state, state.last_scan_ms is not None, state.detail, sep="|", flush=True)
        if state.state == sys.argv[2] and (state.state != "watching" or state.last_scan_ms):
            done.set()
    source = FolderSource("shots", FolderConfig(path=Path(sys.argv[1])), lambda f: print(f.path), on_state)
    await source.start()
    await asyncio.wait_for(done.wait(), 20)
    await source.stop()

asyncio.run(main())
"""


def _as_child(path, until, *flags, prefix=()):
    done = subprocess.run(
        [*prefix, sys.executable, "-c", SCRIPT, str(path), until, *flags],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def public():
    """A folder that another user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for shut in folder.rglob("*"):
            if shut.is_dir():
                shut.chmod(0o700)


def test_a_root_without_permission_is_said_to_be_unreadable(public):
    (public / "root").mkdir(mode=0)
    assert "no permission" in _as_child(public / "root", "unreadable", "--as-nobody")


def test_a_folder_without_permission_is_counted_and_the_rest_is_seen(public):
    for name in ("open", "shut"):
        (public / name).mkdir()
        (public / name / "x.png").touch()
    (public / "shut").chmod(0)
    said = _as_child(public, "watching", "--as-nobody")
    assert "open/x.png" in said
    assert "shut/x.png" not in said
    assert "1 folder(s) cannot be read" in said


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("max_inotify_watches=1", "max_user_watches"),
        ("max_inotify_watches=0", "max_user_watches"),
        ("max_inotify_instances=0", "max_user_instances"),
    ],
)
def test_the_kernels_limits_leave_scans(tmp_path, limits, said):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/x.png").touch()
    name, value = limits.split("=")
    limited = ("unshare", "--user", "--map-root-user", "sh", "-c")
    if subprocess.run([*limited, "true"], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are not to be had here")
    set_limit = f'echo {value} > /proc/sys/user/{name} && exec "$0" "$@"'
    output = _as_child(tmp_path, "watching", prefix=(*limited, set_limit))
    assert "a/b/x.png" in output
    assert said in output
    assert "scanned every 15 s" in output
