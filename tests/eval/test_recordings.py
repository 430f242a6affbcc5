"""Recordings: read by the real reader, kept by content, and nothing but content tells where one ends."""

from itertools import pairwise

import pytest
from PIL import Image, ImageDraw, ImageFont

from eval import recordings
from eval.recordings import Read, blanked, folders, joined, painted, read_all, streams, when_boxes
from glimpsed.core.model import PictureText, TextLine

SIZE = (900, 420)


def text_of(*lines):
    made = tuple(TextLine(each, (10, 20 * at, 8 * len(each), 16), 0.9) for at, each in enumerate(lines))
    return PictureText(made, "drawn")


def draw(path, *lines):
    picture = Image.new("RGB", SIZE, "#203040")
    pen = ImageDraw.Draw(picture)
    pen.text((700, 6), "10:42 AM", fill="white", font=ImageFont.load_default(22))
    for at, each in enumerate(lines):
        pen.text((30, 80 + 50 * at), each, fill="white", font=ImageFont.load_default(26))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("10:42", ""), ("Mon 14 Apr 10:42", ""), ("3:07 PM", ""), ("Saved at 09:15:33", "Saved at"),
        ("2026-04-14", ""), ("4/14/2026", ""), ("14.04.2026 budget", "budget"), ("April 14, 2026", ""),
        ("Sheet 1 of 2", "Sheet 1 of 2"), ("=SUM(A1:B20)", "=SUM(A1:B20)"),
        ("version 3.11.7", "version 3.11.7"),
        ("192.168.0.10:8080", "192.168.0.10:8080"), ("may I", "may I"), ("1,204.50", "1,204.50"),
    ],
)  # fmt: skip
def test_times_and_dates_go_and_nothing_else(line, left):
    assert "".join(each.text for each in blanked(text_of(line)).lines) == left


def test_the_part_of_a_line_that_tells_the_time_is_painted_over(tmp_path):
    text = text_of("Saved at 09:15 by Ines")
    ((left, top, right, bottom),) = when_boxes(text)
    assert 60 < left < 80
    assert 120 < right < 140
    path = draw(tmp_path / "a.png", "x")
    pen = Image.open(painted(path, [(690, 2, 890, 40)], tmp_path / "b.png"))
    assert pen.crop((690, 2, 890, 40)).getcolors() == [(200 * 38, (0x20, 0x30, 0x40))]
    assert (top, bottom) == (-4, 20)


def test_pictures_come_in_the_order_of_their_numbers(tmp_path):
    for name in ("b/step_10.png", "b/step_9.png", "b/step_100.PNG", "a/1.png", "empty/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    found = folders(tmp_path)
    assert list(found) == ["a", "b"]
    assert [path.name for path in found["b"]] == ["step_9.png", "step_10.png", "step_100.PNG"]


def test_an_even_pace_across_recordings():
    read = Read(text_of("budget"), *SIZE)
    stream = joined({"x": [read] * 3, "y": [read] * 2}, 0)
    times = [shot.at_ms for shot in stream.sightings]
    assert {b - a for a, b in pairwise(times)} == {recordings.PACE_MS}
    assert stream.truth.session == (0, 0, 0, 1, 1)
    assert stream.truth.boundaries == ((3, 3),)
    assert not stream.signals
    assert sum(its.active_ms for its in stream.truth.sessions) == times[-1] - times[0]


def test_what_was_read_is_kept_by_content_without_the_time(tmp_path):
    root, cache = tmp_path / "root", tmp_path / "cache"
    draw(root / "invoices/1.png", "Overdue invoices", "Reminder level two")
    draw(root / "invoices/2.png", "Overdue invoices", "Payment received")
    draw(root / "beekeeping/1.png", "Hive inspection", "Queen and brood")
    made = streams(root, cache, orders=4)
    texts = {line for stream in made for shot in stream.sightings for line in shot.text}
    assert "Overdue invoices" in texts
    assert not any("42" in line or "AM" in line for line in texts)
    assert len({stream.truth.task for stream in made}) > 1, "in several orders"
    assert len(list(cache.iterdir())) == 3
    path = root / "beekeeping/1.png"
    (cache / recordings._entry(cache, path).name).write_bytes(
        (cache / recordings._entry(cache, root / "invoices/1.png").name).read_bytes()
    )
    assert read_all([path], cache)[path].text.lines[0].text == "Overdue invoices", "it was not read again"


def test_one_recording_has_no_boundary_to_find(tmp_path):
    (tmp_path / "only").mkdir()
    (tmp_path / "only/1.png").write_bytes(b"")
    with pytest.raises(ValueError, match="fewer than two"):
        streams(tmp_path, tmp_path / "cache")
