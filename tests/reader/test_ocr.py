"""Both engines on pictures whose text is known, because it was drawn a moment ago."""

import asyncio
import os
import re
import signal
import sys
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

import msgspec
import pytest
from PIL import Image, ImageDraw, ImageFont

import child_python
import needs
from glimpsed.core.errors import GlimpsedError, ModelError, WorkerDiedError
from glimpsed.core.model import OpenedFile
from glimpsed.reader.answers import Probe, ReadText
from glimpsed.reader.ocr_tesseract import Tesseract
from glimpsed.reader.settings import ReaderSettings
from glimpsed.worker.process import Worker
from odd_pictures import encoded, exif, png_of, screen
from running_reader import running_reader

needs_tesseract = needs.program("tesseract", "tesseract-ocr")

WINDOW = [
    ((20, 10), "Quarterly report - Writer"),
    ((20, 50), "File"),
    ((120, 50), "Edit"),
    ((220, 50), "Window"),
    ((40, 120), "Revenue rose by 12 percent in March"),
    ((40, 160), "def open_file(path):"),
    ((600, 120), "Navigator"),
]


def drawn(lines, size=(900, 240), ink="black", paper="white", points=20):
    image = Image.new("RGB", size, paper)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=points)
    for at, text in lines:
        pen.text(at, text, fill=ink, font=font)
    return image


@pytest.fixture(scope="module", params=["rapidocr", pytest.param("tesseract", marks=needs_tesseract)])
def reading(request, tmp_path_factory):
    with running_reader(tmp_path_factory.mktemp("ocr"), engine=request.param, threads=2) as running:
        yield running


@pytest.fixture(scope="module")
def rapid(tmp_path_factory):
    with running_reader(tmp_path_factory.mktemp("rapid"), engine="rapidocr", threads=1) as running:
        yield running


def squeezed(text):
    """Engines differ in the spaces they see."""
    return re.sub(r"\s", "", text)


def seen(read):
    return [squeezed(line.text) for line in read.text.lines]


def test_probing_says_that_the_engine_is_there(reading):
    probe = reading.run(reading.reader.probe())
    assert (probe.ok, probe.code, probe.detail) == (True, "ready", "")
    assert probe.engine == reading.read_bytes(encoded(drawn([]), "PNG")).text.engine


@pytest.mark.parametrize(
    ("ink", "paper"), [("black", "white"), ("#d4d4d4", "#1e1e1e")], ids=["light", "dark"]
)
def test_what_was_drawn_is_read_in_order_where_it_was_drawn(reading, ink, paper):
    read = reading.read_bytes(encoded(drawn(WINDOW, ink=ink, paper=paper), "PNG"))
    everything = "".join(seen(read))
    for _, text in WINDOW:
        assert squeezed(text) in everything
    order = ["Quarterly", "File", "Edit", "Window", "Revenue", "Navigator", "open_file"]
    assert order == sorted(order, key=everything.index)
    for (left, top), text in WINDOW:
        line = next(
            line for line in read.text.lines if squeezed(text) in squeezed(line.text) or line.text in text
        )
        x, y, width, height = line.box
        assert abs(y - top) < 14
        assert x <= left + 8
        assert x + width > left + 20
        assert 8 < height < 40
    assert all(0 <= line.confidence <= 1 for line in read.text.lines)
    assert read.ms > 0
    assert read.rss_mb > 20


def test_a_turned_picture_is_read_as_it_is_shown(reading):
    stored = drawn(WINDOW).transpose(Image.Transpose.ROTATE_90)
    read = reading.read_bytes(encoded(stored, "JPEG", quality=95, exif=exif(6)))
    line = next(line for line in read.text.lines if "percent" in line.text)
    assert abs(line.box[1] - 120) < 14


def test_black_text_on_nothing_is_read(reading):
    layer = screen((300, 120), "Hello screen", mode="RGBA", ink=(0, 0, 0, 255), paper=(0, 0, 0, 0))
    assert "Helloscreen" in "".join(seen(reading.read_bytes(encoded(layer, "PNG"))))


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (8, 8), (9, 2500), (2500, 9), (640, 480)])
def test_a_picture_without_text_has_no_lines(reading, size):
    assert reading.read_bytes(encoded(Image.new("RGB", size, "white"), "PNG")).text.lines == ()


def test_the_same_child_reads_on(reading):
    data = encoded(screen(), "PNG")
    first = reading.read_bytes(data)
    pid = reading.reader.pid
    for _ in range(3):
        assert reading.read_bytes(data).text == first.text
    assert reading.reader.pid == pid


def test_small_text_on_two_monitors_is_read_once(rapid):
    lines = [((20 + 960 * n, 100 + 40 * n), f"Window number {n} of four") for n in range(4)]
    found = "".join(seen(rapid.read_bytes(encoded(drawn(lines, (3840, 1080), points=13), "PNG"))))
    for n in range(4):
        assert found.count(f"number{n}of") == 1


def test_small_text_far_down_a_long_page_is_read_once_and_in_order(rapid):
    lines = [((60, y), f"Paragraph {y} of the page") for y in range(40, 8000, 900)]
    read = rapid.read_bytes(encoded(drawn(lines, (800, 8000), points=14), "PNG"))
    assert seen(read) == [squeezed(text) for _, text in lines]
    assert all(abs(line.box[1] - y) < 14 for line, ((_, y), _) in zip(read.text.lines, lines, strict=True))


def test_one_thread_means_one_thread(rapid):
    rapid.read_bytes(encoded(drawn(WINDOW), "PNG"))
    main_and_channel = 2
    assert len(list(Path(f"/proc/{rapid.reader.pid}/task").iterdir())) == main_and_channel


READ_AT_HOME = """
import asyncio, os, sys
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings

async def main():
    reader = Reader(ReaderSettings(spool="/nowhere", threads=1))
    path = PATH.encode()
    read = await reader.read_text((await reader.open_file(path, False)).picture.sha256, path, 60.0)
    sockets = {os.readlink(f"/proc/{reader.pid}/fd/{n}") for n in os.listdir(f"/proc/{reader.pid}/fd")}
    print(len(read.text.lines) > 0, len([s for s in sockets if s.startswith("socket:")]))
    await reader.stop()

asyncio.run(main())
"""


def test_reading_reports_to_nobody_and_leaves_nothing_at_home(tmp_path):
    path, home = tmp_path / "x.png", tmp_path / "home"
    home.mkdir()
    path.write_bytes(encoded(drawn(WINDOW), "PNG"))
    done = child_python.run(READ_AT_HOME.replace("PATH", repr(str(path))), home)
    channel_and_standard_error = "2"
    assert done.stdout.split() == ["True", channel_and_standard_error]
    assert list(home.rglob("*")) == []


def test_a_reading_over_its_limit_is_given_up_without_a_death(rapid):
    path = rapid.file(encoded(drawn(WINDOW), "PNG"))
    digest = rapid.open(path).picture.sha256
    pid = rapid.reader.pid
    args = {"sha256": digest, "path": path, "limit_s": 0.0}
    with pytest.raises(ModelError) as caught:
        rapid.run(rapid.reader._call("read", args, ReadText, 60.0))
    assert caught.value.code == "ocr_limit"
    assert rapid.reader.pid == pid


@needs_tesseract
def test_tesseract_over_its_limit_is_given_up():
    engine = Tesseract(ReaderSettings(spool=""))
    with pytest.raises(ModelError) as caught:
        engine.read(drawn(WINDOW, (3000, 3000)), 0.01)
    assert caught.value.code == "ocr_limit"


@needs_tesseract
def test_a_language_that_is_not_installed_is_said_with_its_package(tmp_path):
    with running_reader(tmp_path, engine="tesseract", languages=("eng", "xxx_yy")) as running:
        probe = running.run(running.reader.probe())
        assert (probe.ok, probe.code) == (False, "language_missing")
        assert probe.detail.endswith(": tesseract-ocr-xxx-yy")
        assert running.read_bytes(encoded(drawn(WINDOW), "PNG")).text.lines, "the other language still reads"


@needs_tesseract
def test_without_any_of_its_languages_tesseract_cannot_read(tmp_path):
    with running_reader(tmp_path, engine="tesseract", languages=("xxx",)) as running:
        with pytest.raises(ModelError) as caught:
            running.read_bytes(encoded(drawn(WINDOW), "PNG"))
        assert caught.value.code == "language_missing"


def children(pid):
    return [
        int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    ]


@needs_tesseract
def test_tesseract_ends_with_its_reader(tmp_path):
    dense = drawn(
        [((10, y), "many words in many lines " * 8) for y in range(10, 3900, 24)], (2400, 3900), points=16
    )

    async def killed_while_reading(running, sha256, path):
        call = asyncio.ensure_future(running.reader.read_text(sha256, path, 60.0))
        while not (found := children(running.reader.pid)):
            await asyncio.wait((call,), timeout=0.01)
            assert not call.done(), "it was over before it could be killed"
        os.kill(running.reader.pid, signal.SIGKILL)
        await asyncio.wait((call,))
        assert call.exception().code == "killed"
        return found

    with running_reader(tmp_path, engine="tesseract") as running:
        path = running.file(encoded(dense, "PNG"))
        sha256 = running.open(path).picture.sha256
        (tesseract,) = running.run(killed_while_reading(running, sha256, path))
    deadline = monotonic() + 5
    while Path(f"/proc/{tesseract}/cmdline").exists() and Path(f"/proc/{tesseract}/cmdline").read_bytes():
        assert monotonic() < deadline, "it lives on"
        sleep(0.01)


WITHOUT_TESSERACT = """
import asyncio, sys
from glimpsed.core.errors import GlimpsedError, ModelError, WorkerDiedError
from glimpsed.core.model import OpenedFile
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings

async def main():
    reader = Reader(ReaderSettings(spool="/nowhere", engine="tesseract"))
    probe = await reader.probe()
    print(probe.ok, probe.code, probe.detail)
    path = sys.argv[1].encode()
    try:
        await reader.read_text((await reader.open_file(path, False)).picture.sha256, path, 30.0)
    except ModelError as error:
        print(error.code)
    await reader.stop()

asyncio.run(main())
"""


def test_without_tesseract_the_probe_says_what_to_install(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(png_of(20, 20, bytes(20 * 21)))
    code = WITHOUT_TESSERACT.replace("sys.argv[1]", repr(str(path)))
    done = child_python.run(code, tmp_path, {"PATH": str(tmp_path)})
    said, failed = done.stdout.splitlines()
    assert said.startswith("False engine_missing ")
    assert "Debian package tesseract-ocr" in said
    assert failed == "engine_missing"


def asked_without(modules, *asked):
    """What a reader that cannot import these modules says to each (operation, arguments, answer's type)."""

    async def asking():
        settings = msgspec.json.encode(ReaderSettings(spool="/nowhere")).decode()
        search = os.pathsep.join((str(Path(__file__).parents[1]), *sys.path[1:]))
        worker = Worker("reader_without", settings, env={"PYTHONPATH": search, "WITHOUT": modules})
        await worker.start()
        try:
            return [await said(worker, *one) for one in asked]
        finally:
            await worker.stop()

    async def said(worker, op, args, answer):
        try:
            return await worker.call(op, args, answer=answer, limit_s=60)
        except GlimpsedError as error:
            return error

    return asyncio.run(asking())


def test_without_rapidocr_the_probe_says_what_to_install():
    (probe,) = asked_without("rapidocr", ("probe", {}, Probe))
    assert (probe.ok, probe.code) == (False, "engine_missing")
    assert "glimpsed[ocr]" in probe.detail


@pytest.mark.parametrize("absent", ["cv2", "rapidocr.main", "onnxruntime.capi"])
def test_an_engine_that_cannot_be_loaded_is_missing_and_no_job_is_to_blame(tmp_path, absent):
    path = tmp_path / "x.png"
    path.write_bytes(encoded(drawn(WINDOW), "PNG"))
    args = {"sha256": sha256(path.read_bytes()).hexdigest(), "path": os.fsencode(path), "limit_s": 30.0}
    for error in asked_without(absent, ("read", args, ReadText), ("read", args, ReadText)):
        assert isinstance(error, ModelError)
        assert error.code == "engine_missing"
        assert absent.partition(".")[0] in error.detail
        assert "reinstall 'glimpsed[ocr]'" in error.detail


def test_a_broken_pillow_is_no_files_fault(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(encoded(drawn(WINDOW), "PNG"))
    args = {"path": os.fsencode(path), "spool": False}
    (error,) = asked_without("PIL._imaging", ("open", args, OpenedFile))
    assert isinstance(error, ModelError | WorkerDiedError), error


def test_probing_loads_no_models(tmp_path):
    with running_reader(tmp_path, engine="rapidocr") as running:
        assert running.run(running.reader.probe()).ok
        maps = Path(f"/proc/{running.reader.pid}/maps").read_text(encoding="utf-8")
        assert "onnxruntime" not in maps
        assert "cv2" not in maps
