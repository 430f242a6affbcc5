"""Lines that a child says for the daemon's log."""

import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest

from glimpsed.worker.channel import MAX_LINE, encode
from running_worker import death_in, with_worker
from wayward_child import SECRET

LOG = {"log": {"level": "info", "text": "a line"}}


def heard_in(story):
    """The lines that `on_log` got while `story(worker)` ran."""
    lines = []
    with_worker(story, lambda level, text: lines.append((level, text)))
    return lines


def wait_for(paths, limit_s=60.0):
    deadline = monotonic() + limit_s
    while not all(path.exists() for path in paths):
        assert monotonic() < deadline, "the child waits for somebody who reads"
        sleep(0.01)


def require_whole(lines):
    """Nothing was torn, and what one thread said came in its order."""
    last = {}
    for level, text in lines:
        thread, line, filling = text.split(" ")
        assert level == "debug"
        assert filling == "x" * (int(line) % 400)
        assert int(line) > last.get(thread, -1)
        last[thread] = int(line)


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_a_line_is_heard_before_the_answer_of_its_call(level):
    heard = []

    async def story(worker):
        answer = await worker.call("log_line", {"level": level, "text": "a line"}, answer=dict, limit_s=30)
        assert answer == {}
        assert heard == [(level, "a line")]

    with_worker(story, lambda *line: heard.append(line))


def test_lines_that_nobody_wants_are_discarded():
    async def story(worker):
        for n in range(3):
            await worker.call("log_line", {"level": "info", "text": "a line"}, answer=dict, limit_s=30)
            assert await worker.call("echo", {"n": n}, answer=dict, limit_s=30) == {"n": n}

    with_worker(story)


@pytest.mark.parametrize("text", ["x" * 10_000, "\u20ac" * 10_000, "x" + "\u00e9" * 10_000])
def test_a_long_line_is_cut_between_characters(text):
    async def story(worker):
        await worker.call("log_line", {"level": "info", "text": text}, answer=dict, limit_s=30)

    [(_, heard)] = heard_in(story)
    assert text.startswith(heard)
    assert MAX_LINE - 3 < len(heard.encode()) <= MAX_LINE


@pytest.mark.parametrize("before", [0, 1, 3])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_lines_around_an_answer_in_one_write_are_not_taken_for_it(before, after):
    async def story(worker):
        said = encode(LOG) * before + encode({"ok": {"n": 1}}) + encode(LOG) * after
        assert await worker.call("babble", {"bytes": said}, answer=dict, limit_s=30) == {"n": 1}

    assert heard_in(story) == [("info", "a line")] * (before + after)


def test_lines_before_a_death_are_heard():
    async def story(worker):
        await death_in(worker, "die", lines=["one", "two"], signal=int(signal.SIGABRT))

    assert heard_in(story) == [("info", "one"), ("info", "two")]


@pytest.mark.parametrize(
    "frame",
    [
        {"log": None},
        {"log": SECRET},
        {"log": {}},
        {"log": {"level": "info"}},
        {"log": {"level": SECRET, "text": ""}},
        {"log": {"level": "info", "text": 1}},
        {"log": {"level": "info", "text": SECRET * 100}},
        {"log": {"level": "info", "text": "", SECRET: 1}},
        LOG | {"ok": {}},
        LOG | {SECRET: 1},
    ],
    ids=str,
)
def test_a_malformed_line_ends_the_child(frame):
    deaths = []

    async def story(worker):
        deaths.append(await death_in(worker, "babble", bytes=encode(frame) + encode({"ok": {}})))

    assert heard_in(story) == []
    assert deaths[0].code == "bad_frame"
    assert SECRET not in str(deaths[0])
    assert deaths[0].__cause__ is None


def test_a_flood_from_many_threads_tears_no_line_and_no_answer(tmp_path):
    async def story(worker):
        for n in range(3):
            flood = {"threads": 4, "lines": 500, "wait": True, "marks": f"{tmp_path}/", "answer": 10}
            answer = await worker.call("flood", flood, answer=dict, limit_s=60)
            assert answer == {"bytes": bytes(10)}
            require_whole(lines)
            assert lines
            lines.clear()
            assert await worker.call("echo", {"n": n}, answer=dict, limit_s=30) == {"n": n}

    lines = []
    with_worker(story, lambda *line: lines.append(line))


def test_large_answers_and_lines_go_side_by_side(tmp_path):
    async def story(worker):
        flood = {"threads": 2, "lines": 1000, "wait": False, "marks": f"{tmp_path}/", "answer": 2**23}
        answer = await worker.call("flood", flood, answer=dict, limit_s=60)
        assert answer == {"bytes": bytes(2**23)}
        assert await worker.call("echo", {"n": 1}, answer=dict, limit_s=30) == {"n": 1}

    require_whole(heard_in(story))


def test_a_flood_while_nobody_reads_blocks_nobody_and_is_dropped(tmp_path):
    threads, count = 2, 3000
    heard = []

    async def story(worker):
        flood = {"threads": threads, "lines": count, "wait": False, "marks": f"{tmp_path}/", "answer": 0}
        await worker.call("flood", flood, answer=dict, limit_s=60)
        wait_for([tmp_path / str(n) for n in range(threads)])  # this loop reads nothing meanwhile
        assert await worker.call("echo", {"n": 1}, answer=dict, limit_s=30) == {"n": 1}
        assert await worker.call("echo", {"n": 2}, answer=dict, limit_s=30) == {"n": 2}

    with_worker(story, lambda *line: heard.append(line))
    require_whole(heard)
    assert 0 < len(heard) < threads * count / 2


def test_a_line_said_where_no_daemon_listens_is_dropped():
    program = "from glimpsed.worker.child import say; say('info', 'a line'); print('on')"
    done = subprocess.run((sys.executable, "-c", program), capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("on\n", "")
