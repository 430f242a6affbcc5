"""What a pass over a real folder finds."""

import os

import pytest

from glimpsed.sources import walk as walking
from glimpsed.sources.walk import Walk, identity_of, is_folder


def names(walk):
    found = []
    while batch := walk.batch():
        found += [path for path, _ in batch]
    return found


def test_finds_every_candidate_newest_first(tmp_path):
    for age, name in enumerate(["new.png", "middle.JPG", "old.webp"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "notes.txt").touch()
    (tmp_path / ".hidden.png").touch()
    top = os.fsencode(tmp_path)
    walk = Walk(top, recursive=True)
    assert names(walk) == [top + b"/new.png", top + b"/middle.JPG", top + b"/old.webp"]
    assert (walk.files, walk.unreadable) == (3, 0)


def test_folders_named_by_date_come_newest_first(tmp_path):
    for day in ("2024-01", "2024-03", "2024-02"):
        (tmp_path / day).mkdir()
        (tmp_path / day / "x.png").touch()
    found = names(Walk(os.fsencode(tmp_path), recursive=True))
    assert [path.split(b"/")[-2] for path in found] == [b"2024-03", b"2024-02", b"2024-01"]


def test_looks_below_only_when_told_to(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/x.png").touch()
    (tmp_path / "x.png").touch()
    top = os.fsencode(tmp_path)
    assert names(Walk(top, recursive=False)) == [top + b"/x.png"]
    assert names(Walk(top, recursive=True)) == [top + b"/x.png", top + b"/in/x.png"]


def test_strange_things_named_like_pictures_are_told_of_as_they_are(tmp_path):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "folder.png/inner.png").touch()
    (tmp_path / "dangling.png").symlink_to("nowhere")
    (tmp_path / "loop.png").symlink_to(tmp_path)
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")
    top = os.fsencode(tmp_path)
    assert sorted(names(Walk(top, recursive=True))) == sorted(
        top + b"/" + name
        for name in (b"folder.png", b"folder.png/inner.png", b"dangling.png", b"loop.png", b"pipe.png")
    )
    link = identity_of(top + b"/loop.png")
    assert link.inode == os.lstat(tmp_path / "loop.png").st_ino
    assert not is_folder(top + b"/loop.png")
    assert is_folder(top + b"/folder.png")


def test_names_that_are_not_text(tmp_path):
    top = os.fsencode(tmp_path)
    (tmp_path / os.fsdecode(b"\xff\xfe.png")).touch()
    assert names(Walk(top, recursive=True)) == [top + b"/\xff\xfe.png"]


def test_a_folder_larger_than_what_is_sorted_at_once_comes_whole(tmp_path):
    old = walking.SORTED_AT_ONCE
    count = old + 500
    top = os.fsencode(tmp_path)
    for number in range(count):
        os.link(top + b"/0.png", top + b"/%d.png" % number) if number else (tmp_path / "0.png").touch()
    walk = Walk(top, recursive=True)
    assert len(walk.batch()) == walking.BATCH
    assert len(set(names(walk))) == count - walking.BATCH
    assert walk.files == count


@pytest.mark.parametrize("path", [b"/nowhere/at/all", b"/" + b"x" * 5000])
def test_nothing_there_is_no_error(path):
    assert names(Walk(path, recursive=True)) == []
    assert identity_of(path) is None
    assert not is_folder(path)
