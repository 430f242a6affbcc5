"""Which names may be screenshots."""

import pytest

from glimpsed.sources.candidates import is_below_open_folders, is_candidate, is_open_folder


@pytest.mark.parametrize(
    "name",
    [
        *(b"a.png", b"a.PNG", b"a.b.Jpg", b"a.jpeg", b"a.webp", b"a.gif", b"a.bmp", b"a.tif", b"a.tiff"),
        *(
            b"a.avif",
            b"a.heic",
            b"a.jxl",
            b"\xff\xfe.png",
            "Знімок екрана.png".encode(),
        ),
    ],
)
def test_pictures_are_candidates(name):
    assert is_candidate(name)


@pytest.mark.parametrize(
    "name",
    [
        *(b"a.txt", b"png", b"a", b"", b"a.png.part", b"a.png.tmp", b"a.png.crdownload", b"a.png.partial"),
        *(b".a.png", b"._a.png", b"~a.png", b"~syncthing~a.png.tmp", b".syncthing.a.png.tmp", b"a.png~"),
    ],
)
def test_other_and_unfinished_files_are_not(name):
    assert not is_candidate(name)


@pytest.mark.parametrize(
    ("path", "below"),
    [
        (b"/r/x.png", True),
        (b"/r/2024/05/x.png", True),
        (b"/r/.git/x.png", False),
        (b"/r/a/.stversions/b/x.png", False),
        (b"/r/a/@eaDir/x.png/thumb.jpg", False),
        (b"/r/.x.png", True),
    ],
)
def test_hidden_and_housekeeping_folders_are_not_looked_into(path, below):
    assert is_below_open_folders(path, b"/r") is below


def test_a_hidden_root_is_what_the_person_asked_for():
    assert is_below_open_folders(b"/home/.shots/x.png", b"/home/.shots")
    assert is_below_open_folders(b"/x.png", b"/")
    assert not is_open_folder(b".shots")
