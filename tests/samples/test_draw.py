"""The committed samples are what the script draws."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from glimpsed.core.model import TimeOrigin
from glimpsed.core.taken import taken_at

SAMPLES = Path(__file__).parents[2] / "samples"
PICTURES = sorted(SAMPLES.glob("*.png"))


@pytest.fixture(scope="module")
def redrawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    subprocess.run([sys.executable, "-m", "samples.draw", folder], cwd=SAMPLES.parent, check=True, timeout=60)
    return folder


def test_the_script_draws_the_committed_pictures_and_no_others(redrawn):
    assert [p.name for p in PICTURES] == sorted(p.name for p in redrawn.iterdir())
    assert len(PICTURES) == 8


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.stem)
def test_a_redrawn_picture_shows_the_same(picture, redrawn):
    with Image.open(picture) as ours, Image.open(redrawn / picture.name) as theirs:
        assert ours.size == theirs.size == (1280, 800)
        difference = ImageChops.difference(ours.convert("RGB"), theirs.convert("RGB"))
    # Another FreeType may round the edge of a letter differently; a misplaced word would differ by more.
    assert max(ImageStat.Stat(difference).mean) < 0.5


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.stem)
def test_a_sample_is_small_and_its_name_says_when_it_was_taken(picture):
    assert picture.stat().st_size < 60_000
    mtime = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
    taken = taken_at(bytes(picture), None, int(mtime * 1e9), lambda _: 0)
    assert taken.origin is TimeOrigin.FILE_NAME
    assert datetime.fromtimestamp(taken.ms / 1000, UTC).date().isoformat() == "2026-03-02"
