import os
import resource
import stat
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glimpsed.core.errors import InputError
from odd_pictures import encoded, screen
from running_reader import running_reader

PNG = encoded(screen(), "PNG")


@pytest.fixture
def spooling(tmp_path):
    """A reader with a spool of its own, so that a test may spoil it."""
    with running_reader(tmp_path, engine="none") as running:
        yield running


def copies(running):
    return sorted(path.name for path in running.spool.iterdir())


def test_a_copy_is_ours_alone_and_named_by_the_original(spooling):
    opened = spooling.open_bytes(PNG, spool=True)
    copy = spooling.spool / f"{opened.picture.sha256}.png"
    assert opened.spooled
    assert copies(spooling) == [copy.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_nothing_is_kept_unless_asked(spooling):
    assert not spooling.open_bytes(PNG).spooled
    assert copies(spooling) == []


def test_a_second_sighting_keeps_the_first_copy(spooling):
    first = spooling.open_bytes(PNG, spool=True)
    copy = spooling.spool / f"{first.picture.sha256}.png"
    inode = copy.stat().st_ino
    assert spooling.open(spooling.file(PNG, "again.png"), spool=True).spooled
    assert copy.stat().st_ino == inode


def test_a_spool_that_is_not_there_does_not_fail_the_open(spooling):
    spooling.spool.rmdir()
    opened = spooling.open_bytes(PNG, spool=True)
    assert not opened.spooled
    assert opened.picture.format == "png"


def test_a_disk_without_room_does_not_fail_the_open_and_leaves_nothing(spooling):
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), "PNG")
    spooling.open_bytes(PNG)
    resource.prlimit(spooling.reader.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    assert not spooling.open_bytes(data, spool=True).spooled
    assert copies(spooling) == []
    resource.prlimit(spooling.reader.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    assert spooling.open_bytes(data, spool=True).spooled


def test_a_picture_is_read_from_its_copy_when_the_file_is_gone(spooling):
    path = spooling.file(PNG)
    sha256 = spooling.open(path, spool=True).picture.sha256
    spooling.remove(path)
    read = spooling.read(sha256)
    assert read.text.engine == "none"
    assert read.text.lines == ()
    assert read.rss_mb > 10


@pytest.mark.parametrize("spoil", [lambda _: b"", lambda copy: copy[: len(copy) // 2]], ids=["empty", "cut"])
def test_a_spoiled_copy_is_not_the_end_while_the_file_is_there(spooling, spoil):
    path = spooling.file(PNG)
    sha256 = spooling.open(path, spool=True).picture.sha256
    copy = spooling.spool / f"{sha256}.png"
    copy.write_bytes(spoil(copy.read_bytes()))
    assert spooling.read(sha256, path).text.lines == ()


def test_without_copy_or_file_a_picture_has_vanished(spooling):
    path = spooling.file(PNG)
    sha256 = spooling.open(path).picture.sha256
    spooling.remove(path)
    for where in (path, None):
        with pytest.raises(InputError) as caught:
            spooling.read(sha256, where)
        assert caught.value.code == "vanished"


def test_other_bytes_under_the_same_name_are_not_taken_for_the_picture(spooling):
    path = spooling.file(PNG)
    sha256 = spooling.open(path).picture.sha256
    spooling.file(encoded(screen(text="Other"), "PNG"))
    for asking in (
        spooling.reader.read_text(sha256, path, 30.0),
        spooling.reader.ensure_spooled(sha256, path),
    ):
        with pytest.raises(InputError) as caught:
            spooling.run(asking)
        assert caught.value.code == "changed"
    assert copies(spooling) == []


def test_a_copy_can_be_made_later(spooling):
    path = spooling.file(PNG)
    sha256 = spooling.open(path).picture.sha256
    assert spooling.run(spooling.reader.ensure_spooled(sha256, path))
    assert copies(spooling) == [f"{sha256}.png"]
    spooling.remove(path)
    assert spooling.run(spooling.reader.ensure_spooled(sha256, None))


def test_a_large_copy_of_a_small_file_is_still_read(spooling):
    noise = np.random.default_rng(1).integers(0, 255, (4000, 6000), dtype=np.uint8)
    colours = Image.merge("RGB", [Image.fromarray(np.roll(noise, 997 * n)) for n in range(3)])
    path = spooling.file(encoded(colours, "JPEG", quality=60))
    sha256 = spooling.open(path, spool=True).picture.sha256
    assert (spooling.spool / f"{sha256}.png").stat().st_size > 64 * 2**20
    spooling.remove(path)
    assert spooling.read(sha256).text.lines == ()


def test_what_a_dead_reader_left_unfinished_is_swept_and_nothing_else(spooling):
    left, fresh, whole = (spooling.spool / name for name in (".a.1.part", ".b.2.part", "c.png"))
    for path in (left, fresh, whole):
        path.write_bytes(b"x")
    for path in (left, whole):
        os.utime(path, (1, 1))
    spooling.open_bytes(PNG)
    assert copies(spooling) == [fresh.name, whole.name]


def test_a_copy_does_not_follow_a_link_out_of_the_spool(spooling):
    sha256 = spooling.open_bytes(PNG).picture.sha256
    elsewhere = Path(spooling.directory / "elsewhere.png")
    elsewhere.write_bytes(encoded(screen(text="Other"), "PNG"))
    (spooling.spool / f"{sha256}.png").symlink_to(elsewhere)
    with pytest.raises(InputError) as caught:
        spooling.read(sha256)
    assert caught.value.code == "vanished"
