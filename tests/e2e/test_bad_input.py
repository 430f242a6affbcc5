"""What people and programs leave in a folder: nothing is lost, nothing crashes, everything is said."""

import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image
from watchdog.events import FileClosedNoWriteEvent, FileSystemEventHandler
from watchdog.observers import Observer

import drawn
import odd_pictures
from running_daemon import NO_OCR, RunningDaemon, until

NOBODY = 65534
READER = "glimpsed.reader.child"
CUT = odd_pictures.encoded(odd_pictures.screen(), "PNG")[:-40]

SHOTS = {
    b"sixteen.png": (odd_pictures.gradient_16_bit(), ("png", 256, 8)),
    b"cmyk.jpg": (odd_pictures.encoded(Image.new("CMYK", (200, 120)), "JPEG"), ("jpeg", 200, 120)),
    b"palette.png": (odd_pictures.encoded(odd_pictures.screen().convert("P"), "PNG"), ("png", 200, 120)),
    b"rotated.jpg": (
        odd_pictures.encoded(odd_pictures.screen(), "JPEG", exif=odd_pictures.exif(orientation=6)),
        ("jpeg", 120, 200),
    ),
    b"animated.png": (odd_pictures.animated("PNG"), ("png", 200, 120)),
    b"animated.webp": (odd_pictures.animated("WEBP"), ("webp", 200, 120)),
    b"plain.webp": (odd_pictures.encoded(odd_pictures.screen(), "WEBP"), ("webp", 200, 120)),
    b"caf\xe9.png": (odd_pictures.encoded(odd_pictures.screen(text="cafe"), "PNG"), ("png", 200, 120)),
    b"two\nlines\x1b[31m.png": (
        odd_pictures.encoded(odd_pictures.screen(text="2"), "PNG"),
        ("png", 200, 120),
    ),
}
"""Strange, and shots all the same: the bytes of each, and what it is once it is upright."""

REFUSED = {
    b"empty.png": (b"", "empty"),
    b"text.png": (b"Dear diary, this is no picture.\n", "not_an_image"),
    b"bomb.png": (odd_pictures.bomb(), "too_many_pixels"),
    b"animated.gif": (odd_pictures.animated("GIF"), "format_not_allowed"),
    b"corrupt.png": (b"\x89PNG\r\n\x1a\n" + odd_pictures.png_chunk(b"IEND", b""), "corrupt"),
    b"zeros.png": (bytes(4096), "truncated"),
    b"cut.png": (CUT, "truncated"),
    b"cut.jpg": (odd_pictures.encoded(odd_pictures.screen(), "JPEG")[:-40], "truncated"),
    b"cut.webp": (odd_pictures.encoded(odd_pictures.screen(), "WEBP")[:-40], "truncated"),
}
"""Files that no shot can be made of: the bytes of each, and the reason."""

NOT_FILES = {
    b"folder.png": "not_a_file",
    b"pipe.png": "not_a_file",
    b"socket.png": "not_a_file",
    b"link.png": "symlink",
}

REASONS = NOT_FILES | {name: code for name, (_, code) in REFUSED.items()}


class Folder:
    """A watched folder with one of everything in it, and what it was like before the daemon saw it."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.directory = daemon.shots
        for name, (data, _) in (SHOTS | REFUSED).items():
            self.path(name).write_bytes(data)
        self.path(b"folder.png").mkdir()
        os.mkfifo(self.path(b"pipe.png"), 0o644)
        with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(self.directory):
            made.bind("socket.png")  # relative: a socket's path is short, pytest's are not
        self.path(b"link.png").symlink_to(drawn.screenshot(daemon.root / "elsewhere.png"))
        self.before = self.fingerprint()

    def path(self, name: bytes) -> Path:
        return self.directory / os.fsdecode(name)

    def fingerprint(self):
        """Content, times of change, mode and owner of everything in it."""
        found = {}
        for path in self.directory.iterdir():
            info = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(info.st_mode) else None
            found[path] = (
                content,
                info.st_mode,
                info.st_ino,
                info.st_uid,
                info.st_mtime_ns,
                info.st_ctime_ns,
            )
        return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with RunningDaemon(tmp_path_factory.mktemp("odd")) as daemon:
        yield Folder(daemon)


@pytest.fixture
def client(folder):
    with folder.daemon.client() as client:
        yield client


def shown(path: Path) -> str:
    """A path as the daemon shows it to people."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def shot_at(client, path):
    return next((s for s in client.shots(limit=200).shots if s.path == shown(path)), None)


def rejection_at(client, path):
    return next((r for r in client.shots(rejected=True, limit=200).rejections if r.path == shown(path)), None)


@pytest.mark.parametrize("name", SHOTS, ids=ascii)
def test_strange_pictures_become_shots(folder, client, name):
    shot = until(lambda: shot_at(client, folder.path(name)), what="a shot")
    assert (shot.format, shot.width, shot.height) == SHOTS[name][1]
    assert rejection_at(client, folder.path(name)) is None


@pytest.mark.parametrize("name", NOT_FILES, ids=ascii)
def test_what_is_no_file_is_refused(folder, client, name):
    assert until(lambda: rejection_at(client, folder.path(name)), what="a rejection").code == NOT_FILES[name]


def write_slowly(path: Path, parts, between):
    """Write a file part by part, held open throughout, with a call of `between` after each but the last."""
    with path.open("wb", buffering=0) as file:
        file.write(parts[0])
        for part in parts[1:]:
            between()
            file.write(part)


class Reads(FileSystemEventHandler):
    """Hears of every file below `directory` that somebody opened, did not write, and closed."""

    def __init__(self, directory: Path):
        self._read: set[str] = set()
        self._observer = Observer()
        self._observer.schedule(self, str(directory), event_filter=[FileClosedNoWriteEvent])

    def on_closed_no_write(self, event):
        self._read.add(event.src_path)

    def __enter__(self):
        self._observer.start()
        return self

    def __exit__(self, *_):
        self._observer.stop()
        self._observer.join()

    def await_one_of(self, path: Path):
        """Wait until `path` is read once more."""
        self._read.discard(str(path))
        until(lambda: str(path) in self._read, what=f"a look at {path.name}")


def test_a_picture_that_is_still_being_written_becomes_one_shot_and_is_never_refused(tmp_path):
    whole = drawn.screenshot(tmp_path / "whole.png").read_bytes()
    third = len(whole) // 3
    with RunningDaemon(tmp_path) as daemon, daemon.client() as client, Reads(daemon.shots) as reads:
        closed = daemon.shots / "closed.png"
        closed.write_bytes(whole[:third])
        reads.await_one_of(closed)
        with closed.open("ab") as file:
            file.write(whole[third:])
        daemon.settled(client, shots=1)

        held = daemon.shots / "held.png"
        parts = (whole[:third], whole[third : 2 * third], whole[2 * third :] + b"one more picture")
        write_slowly(held, parts, lambda: reads.await_one_of(held))
        status = daemon.settled(client, shots=2)
        assert status.rejected == {}
        assert status.counts.shots == 2
        seen = {event.type for event in client.events(0).events}
        assert "shot.rejected" not in seen
        assert shot_at(client, held).bytes == len(whole) + 16


def test_a_file_that_is_gone_before_it_is_read_is_said_to_have_vanished_and_may_come_back(tmp_path):
    with RunningDaemon(tmp_path) as daemon, daemon.client() as client:
        (daemon.shots / "first.png").write_bytes(drawn.swatch(1))
        daemon.settled(client, shots=1)
        with stopped(daemon.child(READER)):
            (daemon.shots / "gone.png").write_bytes(drawn.swatch(2))
            (daemon.shots / "moved.png").write_bytes(drawn.swatch(3))
            until(lambda: client.status().queue.files == 2, what="two files on their way")
            (daemon.shots / "gone.png").unlink()
            (daemon.shots / "moved.png").rename(tmp_path / "moved.png")
        assert daemon.settled(client, rejected=2).rejected == {"vanished": 2}
        assert rejection_at(client, daemon.shots / "gone.png").code == "vanished"
        (tmp_path / "moved.png").rename(daemon.shots / "moved.png")
        assert daemon.settled(client, shots=2).rejected == {"vanished": 1}


@contextlib.contextmanager
def stopped(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_rejected_file_that_is_mended_becomes_a_shot_and_is_no_longer_listed(tmp_path):
    with RunningDaemon(tmp_path) as daemon, daemon.client() as client:
        path = daemon.shots / "a.png"
        path.write_bytes(b"no picture")
        assert daemon.settled(client, rejected=1).rejected == {"not_an_image": 1}
        path.write_bytes(drawn.swatch(1))
        assert daemon.settled(client, shots=1).rejected == {}
        assert client.shots(rejected=True).rejections == []
        path.write_bytes(b"broken again")
        status = daemon.settled(client, rejected=1)
        assert (status.counts.shots, status.rejected) == (1, {"not_an_image": 1})


def test_a_folder_that_does_not_exist_vanishes_or_comes_back(tmp_path):
    folder = tmp_path / "later" / "Screenshots"
    config = f'{NO_OCR}[sources.desk]\npath = "{folder}"\n'
    with RunningDaemon(tmp_path, config, watch=False) as daemon, daemon.client() as client:

        def state(wanted):
            until(lambda: client.status().sources[0].state == wanted, what=f"the folder {wanted}")

        state("missing")
        assert "no such folder" in daemon.cli("status").stdout
        for round_ in range(2):
            folder.mkdir(parents=True)
            (folder / f"{round_}.png").write_bytes(drawn.swatch(2 * round_))
            state("watching")
            daemon.settled(client, shots=2 * round_ + 1)
            (folder / f"{round_} more.png").write_bytes(drawn.swatch(2 * round_ + 1))
            daemon.settled(client, shots=2 * round_ + 2)
            shutil.rmtree(folder.parent)
            state("missing")
        status = client.status()
        assert status.counts.shots == 4
        assert status.rejected == {}


def without_privileges() -> tuple[str, ...]:
    """A launcher of a daemon that cannot read what its user must not: root reads everything."""
    if os.getuid() != 0:
        return ()
    launcher = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
    if shutil.which("setpriv") is None or subprocess.run((*launcher, "true"), check=False).returncode:
        pytest.skip("root can read every file, and setpriv cannot take that away here")
    return launcher


def test_an_unreadable_file_is_said_to_be_and_becomes_a_shot_once_it_can_be_read(tmp_path):
    with RunningDaemon(tmp_path, launcher=without_privileges()) as daemon, daemon.client() as client:
        made = tmp_path / "made.png"
        made.write_bytes(drawn.swatch(1))
        made.chmod(0)
        if os.getuid() == 0:
            os.chown(made, NOBODY, NOBODY)
        path = made.rename(daemon.shots / "secret.png")
        assert daemon.settled(client, rejected=1).rejected == {"unreadable": 1}
        assert "permission" in rejection_at(client, path).detail
        path.chmod(0o644)
        assert daemon.settled(client, shots=1).rejected == {}


def test_five_thousand_small_files_at_once_all_become_shots(tmp_path):
    pictures = [drawn.swatch(number) for number in range(5000)]
    with RunningDaemon(tmp_path) as daemon, daemon.client() as client:
        begun = time.monotonic()
        for number, data in enumerate(pictures):
            (daemon.shots / f"{number}.png").write_bytes(data)
        pause = threading.Event()
        while (counts := client.status().counts).shots < len(pictures):
            assert time.monotonic() - begun < 90, counts
            pause.wait(0.25)
        print(f"{len(pictures)} files: {time.monotonic() - begun:.1f} s")  # noqa: T201 - seen with `-s`
        assert (counts.shots, counts.pictures, counts.rejected) == (5000, 5000, 0)
        assert counts.results == {"minimum": 5000}


# Last, because a file whose end is missing is looked at for a quarter of a minute before it is given up.


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_what_cannot_be_a_shot_is_refused_with_a_reason(folder, client, name):
    found = until(lambda: rejection_at(client, folder.path(name)), what="a rejection")
    assert found.code == REFUSED[name][1]
    assert found.detail
    assert shot_at(client, folder.path(name)) is None


def test_everything_is_a_shot_or_a_rejection_that_is_listed_and_counted(folder, client):
    status = folder.daemon.settled(client, shots=len(SHOTS), rejected=len(REASONS))
    assert status.counts.shots == len(SHOTS)
    assert status.rejected == Counter(REASONS.values())
    assert status.counts.rejected == len(REASONS)
    listed = folder.daemon.cli("shots", "--rejected").stdout.splitlines()
    assert len(listed) == len(REASONS)
    for name, code in REASONS.items():
        assert any(os.fsdecode(name) in line and code in line.split() for line in listed)
    counted = folder.daemon.cli("status").stdout
    assert f"{len(REASONS)} files rejected" in counted
    assert "truncated 4" in counted


def test_nobody_s_file_was_changed(folder, client):
    folder.daemon.settled(client, shots=len(SHOTS), rejected=len(REASONS))
    assert folder.fingerprint() == folder.before


def test_the_daemon_went_through_all_of_it_unharmed(folder):
    assert folder.daemon.process.poll() is None
    assert "Traceback" not in folder.daemon.log.read_text()
