import asyncio
import os
import shutil
import socket
import sys
import tempfile
import threading
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from glimpsed.core.errors import InputError
from glimpsed.core.model import OpenedFile
from glimpsed.reader.safe_open import MAX_BYTES, read_file
from glimpsed.reader.settings import ReaderSettings
from glimpsed.worker.process import Worker
from odd_pictures import bomb, encoded, png_of, screen

PNG, JPEG, WEBP = (encoded(screen(), kind) for kind in ("PNG", "JPEG", "WEBP"))


def test_zero_bytes_are_empty(reader):
    assert reader.refusal(reader.file(b"")) == "empty"


@pytest.mark.parametrize("whole", [PNG, JPEG, WEBP], ids=["png", "jpeg", "webp"])
@pytest.mark.parametrize("share", [0.001, 0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_file_that_is_still_being_written_is_truncated(reader, whole, share):
    cut = whole[: max(1, int(len(whole) * share))]
    assert reader.refusal(reader.file(cut)) == "truncated"


@pytest.mark.parametrize("whole", [PNG, JPEG], ids=["png", "jpeg"])
@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_file_that_got_its_size_before_its_content_is_truncated(reader, whole, share):
    written = whole[: int(len(whole) * share)]
    assert reader.refusal(reader.file(written.ljust(len(whole), b"\0"))) == "truncated"


@pytest.mark.parametrize(
    "content", [b"just a letter to nobody\n" * 20, b"\x7fELF" + bytes(60), b"RIFF\0\0\0\0WAVEfmt "]
)
def test_what_is_no_picture_is_not_an_image(reader, content):
    assert reader.refusal(reader.file(content)) == "not_an_image"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "JPEG2000", "AVIF"])
def test_other_pictures_are_named_and_not_opened(reader, kind):
    try:
        data = encoded(screen(), kind)
    except (KeyError, OSError, ValueError):
        pytest.skip(f"this Pillow writes no {kind}")
    assert reader.refusal(reader.file(data)) == "format_not_allowed"


def test_a_text_that_begins_like_a_bitmap_is_not_an_image(reader):
    assert reader.refusal(reader.file(b"BM means bookmark, and more besides\n")) == "not_an_image"


def test_a_bomb_is_refused_before_it_is_decoded(reader):
    data = bomb()
    assert len(data) < 20_000
    assert reader.refusal(reader.file(data)) == "too_many_pixels"


def test_the_largest_picture_is_still_opened(reader):
    opened = reader.open_bytes(png_of(8000, 5000, bytes(5000 * 1001), depth=1))
    assert (opened.picture.width, opened.picture.height) == (8000, 5000)


def test_a_file_over_the_cap_is_too_large(reader):
    path = reader.file(PNG)
    os.truncate(path, MAX_BYTES + 1)
    assert reader.refusal(path) == "too_large"


def test_a_picture_that_the_decoder_refuses_is_corrupt(reader):
    at = PNG.index(b"IDAT") + 20
    broken = PNG[:at] + bytes(byte ^ 0xFF for byte in PNG[at : at + 50]) + PNG[at + 50 :]
    assert reader.refusal(reader.file(broken)) == "corrupt"


def test_a_picture_without_pixels_is_corrupt(reader):
    assert reader.refusal(reader.file(png_of(0, 0, b""))) == "corrupt"


def test_a_directory_is_not_a_file(reader, tmp_path):
    assert reader.refusal(os.fsencode(tmp_path)) == "not_a_file"


def test_a_fifo_is_not_a_file_and_blocks_nobody(reader, tmp_path):
    path = tmp_path / "x.png"
    os.mkfifo(path)
    assert reader.refusal(os.fsencode(path)) == "not_a_file"


def test_a_socket_is_not_a_file(reader, tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "x.png"))
        assert reader.refusal(os.fsencode(tmp_path / "x.png")) == "not_a_file"


def test_a_device_is_not_a_file(reader):
    assert reader.refusal(b"/dev/zero") == "not_a_file"


def test_a_link_is_named_as_such_wherever_it_points(reader, tmp_path):
    for target in (reader.file(PNG), b"/nowhere", os.fsencode(tmp_path / "x.png")):
        path = tmp_path / "x.png"
        path.symlink_to(os.fsdecode(target))
        assert reader.refusal(os.fsencode(path)) == "symlink"
        path.unlink()


@pytest.mark.parametrize(
    "path",
    [b"/nowhere/x.png", b"/dev/null/x.png", b"/x" * 3000, b"/" + b"x" * 300, b"nul\0.png", b""],
    ids=["gone", "under a file", "long path", "long name", "with a NUL", "no name"],
)
def test_what_is_not_there_has_vanished(reader, path):
    assert reader.refusal(path) == "vanished"


def test_a_file_deleted_after_it_was_opened_has_vanished(reader):
    path = reader.file(PNG)
    reader.open(path)
    reader.remove(path)
    assert reader.refusal(path) == "vanished"


def test_a_name_that_is_not_utf8_is_a_name(reader):
    assert reader.open(reader.file(PNG, b"caf\xe9 \xff.png")).picture.format == "png"


def opened_by_somebody_else(path):
    """What a reader of another user (nobody, when we are root) says of a file."""

    async def asking():
        settings = msgspec.json.encode(ReaderSettings(spool="/nowhere", engine="none")).decode()
        search = os.pathsep.join((str(Path(__file__).parents[1]), *sys.path[1:]))
        worker = Worker("reader_of_somebody_else", settings, env={"PYTHONPATH": search})
        await worker.start()
        try:
            args = {"path": os.fsencode(path), "spool": True}
            opened = await worker.call("open", args, answer=OpenedFile, limit_s=30)
            return opened.picture.format, opened.spooled
        except InputError as error:
            return error.code
        finally:
            await worker.stop()

    return asyncio.run(asking())


@pytest.fixture
def public_directory():
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def test_a_file_that_we_may_not_read_is_unreadable(public_directory):
    path = public_directory / "x.png"
    path.write_bytes(PNG)
    path.chmod(0o000)
    assert opened_by_somebody_else(path) == "unreadable"


def test_a_file_of_somebody_else_that_we_may_read_is_read(public_directory):
    path = public_directory / "x.png"
    path.write_bytes(PNG)
    path.chmod(0o644)  # its access time cannot be left alone then
    assert opened_by_somebody_else(path) == ("png", False)


def test_nothing_about_a_file_changes_when_it_is_opened(reader):
    path = Path(os.fsdecode(reader.file(PNG)))
    os.utime(path, ns=(1_000_000_000, 2_000_000_000))
    before = path.stat()
    opened = reader.open(os.fsencode(path), spool=True)
    assert path.stat() == before
    assert path.read_bytes() == PNG
    assert opened.identity.mtime_ns == 2_000_000_000
    assert (opened.identity.device, opened.identity.inode) == (before.st_dev, before.st_ino)
    assert opened.identity.size == opened.picture.size == len(PNG)


def test_a_picture_of_many_formats_inside_one_another_is_what_it_begins_as(reader):
    assert reader.open_bytes(JPEG + PNG).picture.format == "jpeg"
    assert reader.open_bytes(PNG + Image.new("RGB", (9, 9)).tobytes() + JPEG).picture.format == "png"


def test_a_file_that_grows_while_it_is_read_is_truncated(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(PNG + bytes(30 * 2**20))
    stop = threading.Event()

    def grow():
        with path.open("ab", buffering=0) as file:
            while not stop.is_set():
                file.write(b"x")

    growing = threading.Thread(target=grow)
    growing.start()
    try:
        with pytest.raises(InputError) as caught:
            read_file(os.fsencode(path))
    finally:
        stop.set()
        growing.join()
    assert caught.value.code == "truncated"
