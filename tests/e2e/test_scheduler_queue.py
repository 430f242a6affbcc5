"""The queue over a restart, what it has no room for, and what needs no model because nothing changed."""

import pytest
from PIL import Image

import drawn
from faulty_models import FAKE, LONG, REPLY, in_state, script, started
from running_daemon import NO_OCR, RunningDaemon, until
from scheduled_daemon import begun, describing, events, halted, picture

SOURCES = """
[sources.{name}]
path = "{name}"
rank = "{name}"
"""
RANKS = ("low", "normal", "high", "critical")


def drop(folder, number):
    """A screenshot comes into a folder whole."""
    made = drawn.screenshot(folder.parent / f"{number}.png", lines=(f"notes {number}.txt - Editor",))
    made.rename(folder / made.name)


def test_a_restart_keeps_order_rank_attempts_and_deadlines(tmp_path):
    for rank in RANKS:
        (tmp_path / rank).mkdir()
    config = NO_OCR + FAKE + "".join(SOURCES.format(name=rank) for rank in RANKS)
    script(tmp_path, LONG)
    daemon = RunningDaemon(tmp_path, config, watch=False)
    with daemon:
        with daemon.client() as client:
            drop(tmp_path / "normal", 0)
            first = started(client, "describe")
            expected = {}
            for number, rank in enumerate(("low", "normal", "critical", "high", "normal"), start=1):
                drop(tmp_path / rank, number)
                until(lambda n=number: client.status().counts.shots == n + 1, what="one more shot")
                (shot, *_) = client.shots().shots
                expected[rank, number] = describing(client, shot).id
            asked_for = client.submit(picture(daemon, 6), deadline_s=3600).shot
            waited_for = describing(client, asked_for)
            with halted(client, "eyes") as child:
                child.kill()
            assert in_state(client, first, "queued").deaths == 1
            started(client, "describe", times=2)
            before = {job: client.job(job).job for job in (*expected.values(), waited_for.id)}
        daemon.kill()
        script(tmp_path)
        daemon.start()
        with daemon.client() as client:
            daemon.settled(client, shots=7)
            order = begun(client, "describe")[2:]
            for job, view in before.items():
                after = client.job(job).job
                assert (after.urgency, after.deadline_ms) == (view.urgency, view.deadline_ms)
            assert waited_for.deadline_ms is not None
            assert client.job(first).job.deaths == 1
    urgent = [waited_for.id, expected["critical", 3], expected["high", 4]]
    behind = [expected["normal", 2], expected["normal", 5], first, expected["low", 1]]
    assert order == [*urgent, *behind], "a job whose child died waits behind its peers"


@pytest.mark.parametrize("restarted", [False, True])
def test_what_the_queue_has_no_room_for_is_deferred_and_described_later(tmp_path, restarted):
    config = NO_OCR + FAKE + "[queue]\nmax_jobs = 100\n"
    script(tmp_path, LONG, REPLY)
    daemon = RunningDaemon(tmp_path, config)
    with daemon:
        with daemon.client() as client:
            for number in range(104):
                (daemon.root / "new.png").write_bytes(drawn.swatch(number))
                (daemon.root / "new.png").rename(daemon.shots / f"{number}.png")
            until(lambda: client.status().counts.shots == 104, what="every shot")
            job = started(client, "describe")
            status = client.status()
            assert (status.deferred, status.queue.describe) == (3, 100)
            until(lambda: len(events(client, "job.deferred")) == 3, what="that to be in the store")
            deferred = [event.body["job"] for event in events(client, "job.deferred")]
            (shot, *_) = (s for s in client.shots(limit=200).shots if s.jobs[0].id == deferred[0])
            assert shot.jobs[0].state == "deferred"
            assert shot.result.rung == "minimum"
            assert "waits until the queue is shorter" in shot.result.why
            assert shot.awaiting == ["vision"]
            assert "3 until the queue is shorter" in daemon.cli("status").stdout
            if restarted:
                daemon.stop()
                script(tmp_path)
                daemon.start()
            else:
                client.cancel(job)
        with daemon.client() as client:
            ended = {"done": 104} if restarted else {"done": 103, "cancelled": 1}
            until(lambda: client.status().counts.jobs == ended, what="every description")
            assert client.status().deferred == 0
            assert set(begun(client, "describe")[-3:]) == set(deferred)


CLOCK = (704, 0, 64, 64)

IGNORING = f"""
[sources.screen]
path = "shots"
ignore = [[{", ".join(map(str, CLOCK))}]]
"""


def shown(daemon, number, *, clock, text="notes.txt - Editor"):
    """A screen with a clock in its corner, in the folder."""
    path = drawn.screenshot(daemon.root / f"{number}.png", lines=(text,))
    left, top, width, height = CLOCK
    with Image.open(path) as image:
        image.paste(clock, (left + 8, top + 8, left + width - 8, top + height - 8))
        image.save(path)
    path.rename(daemon.shots / path.name)


def shots_of(client, number):
    """Wait until there are so many shots and nothing is owed; the shots, the oldest first."""

    def found():
        status = client.status()
        waits = sum(status.counts.jobs.get(state, 0) for state in ("queued", "running"))
        return status.counts.shots == number and not waits

    until(found, what=f"{number} shots, nothing owed")
    return sorted(client.shots().shots, key=lambda shot: shot.added_ms)


def test_a_screen_of_which_the_clock_alone_changed_is_not_looked_at_again(tmp_path):
    script(tmp_path)
    daemon = RunningDaemon(tmp_path, NO_OCR + FAKE + IGNORING, watch=False)
    with daemon, daemon.client() as client:
        for number, clock in enumerate(("red", "green", "blue"), start=1):
            shown(daemon, number, clock=clock)
            shots = shots_of(client, number)
        described, *same = [shot.result for shot in shots]
        assert described.rung == "vision"
        for result in same:
            assert (result.rung, result.reused_from) == ("reused", described.id)
            assert (result.summary, result.model) == (described.summary, described.model)
            assert "nothing that counts changed" in result.why
        assert [shot.jobs for shot in shots[1:]] == [[], []]
        shown(daemon, 4, clock="red", text="mail - Browser")
        assert shots_of(client, 4)[-1].result.rung == "vision"
        assert [row.outcomes for row in client.stats().calls] == [{"ok": 2}]
        assert client.status().rungs_last_hour["reused"] == 2


def test_a_screen_that_waited_is_not_looked_at_if_one_like_it_was_described_meanwhile(tmp_path):
    script(tmp_path)
    daemon = RunningDaemon(tmp_path, NO_OCR + FAKE + IGNORING, watch=False)
    with daemon, daemon.client() as client:
        shown(daemon, 1, clock="red", text="mail - Browser")
        shots_of(client, 1)
        with halted(client, "eyes"):
            shown(daemon, 2, clock="red")
            started(client, "describe", times=2)
            shown(daemon, 3, clock="blue")
            until(lambda: client.status().counts.shots == 3, what="another shot")
        shots = shots_of(client, 3)
        assert [shot.result.rung for shot in shots] == ["vision", "vision", "reused"]
        assert shots[2].result.reused_from == shots[1].result.id
        assert [job.state for job in shots[2].jobs] == ["done"]
        assert [row.outcomes for row in client.stats().calls] == [{"ok": 2}]
