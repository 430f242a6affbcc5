import asyncio
import os
import signal
import subprocess
import sys
from time import monotonic

import msgspec
import pytest

import wayward_child
from glimpsed.core.errors import InputError, ModelError, WorkerDiedError
from glimpsed.worker.channel import encode
from running_worker import death_in, is_gone, wait_until_gone, with_worker
from wayward_child import SECRET


def test_answers_come_back_one_after_the_other():
    async def story(worker):
        for n in range(20):
            assert await worker.call("echo", {"n": n}, answer=dict, limit_s=30) == {"n": n}

    with_worker(story)


def test_a_request_larger_than_any_socket_buffer_arrives():
    async def story(worker):
        return await worker.call("echo", {"bytes": bytes(8 * 2**20)}, answer=dict, limit_s=30)

    assert with_worker(story) == {"bytes": bytes(8 * 2**20)}


def test_a_child_runs_below_the_desktop_and_goes_first_when_memory_ends():
    async def story(worker):
        return await worker.call("about", {}, answer=dict, limit_s=30)

    assert with_worker(story) == {"nice": 7, "of its session": 7, "oom": "500"}


def test_errors_keep_their_blame_across_the_channel():
    async def story(worker):
        with pytest.raises(InputError) as error:
            await worker.call("refuse", {"blame": "input"}, answer=dict, limit_s=30)
        assert (error.value.code, error.value.detail) == ("a_code", "a detail")
        args = {"blame": "model", "figures": {"slices": 3}}
        with pytest.raises(ModelError) as error:
            await worker.call("refuse", args, answer=dict, limit_s=30)
        assert (error.value.code, error.value.detail) == ("a_code", "a detail")
        assert error.value.figures == {"slices": 3}
        assert await worker.call("echo", {}, answer=dict, limit_s=30) == {}

    with_worker(story)


def test_an_unexpected_error_crosses_as_its_name_alone():
    async def story(worker):
        for op in ("refuse", "no_such_operation"):
            with pytest.raises(ModelError) as error:
                await worker.call(op, {"blame": "nobody"}, answer=dict, limit_s=30)
            assert error.value.code == "child_error"
            assert SECRET not in str(error.value)

    with_worker(story)


def test_an_answer_that_is_too_large_costs_the_answer_and_not_the_child():
    async def story(worker):
        with pytest.raises(ModelError, match="BadFrameError"):
            await worker.call("too_much", {}, answer=dict, limit_s=30)
        assert await worker.call("echo", {}, answer=dict, limit_s=30) == {}

    with_worker(story)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV, 40])
def test_a_killed_child_is_a_death_that_names_the_signal(number):
    async def story(worker):
        return await death_in(worker, "die", signal=int(number))

    death = with_worker(story)
    assert death.code == ("killed" if number == signal.SIGKILL else "died"), "that was not us"
    assert f"killed by {getattr(number, 'name', 'signal 40')}" in death.detail


def test_an_exit_is_a_death_that_names_the_status():
    async def story(worker):
        return await death_in(worker, "leave", words=b"", status=9)

    assert "exited with status 9" in with_worker(story).detail


def test_a_new_child_answers_after_a_death():
    async def story(worker):
        first = worker.pid
        await death_in(worker, "die", signal=int(signal.SIGABRT))
        await worker.start()
        assert worker.pid not in (first, None)
        return await worker.call("echo", {"n": 1}, answer=dict, limit_s=30)

    assert with_worker(story) == {"n": 1}


def test_a_child_that_died_while_idle_is_a_death_at_the_next_call():
    async def story(worker):
        os.kill(worker.pid, signal.SIGKILL)
        return await death_in(worker, "echo")

    assert "SIGKILL" in with_worker(story).detail


def test_a_hang_past_the_limit_is_killed():
    async def story(worker):
        pid = worker.pid
        death = await death_in(worker, "hang", limit_s=0.3)
        assert is_gone(pid)
        return death

    assert with_worker(story).code == "run_limit"


def test_a_cancelled_call_that_comes_back_keeps_the_child_and_its_answers_apart():
    async def story(worker):
        pid = worker.pid
        assert worker.last_cancel is None
        for n in range(3):
            call = asyncio.ensure_future(
                worker.call("until_cancelled", {}, answer=dict, limit_s=30, grace_s=20)
            )
            await asyncio.wait((call,), timeout=0.05)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert not worker.last_cancel.killed
            assert 0 <= worker.last_cancel.ms < 20_000, "it did not wait out the grace period"
            assert await worker.call("echo", {"n": n}, answer=dict, limit_s=30) == {"n": n}
        assert worker.pid == pid

    with_worker(story)


def test_a_cancelled_call_that_does_not_come_back_is_killed():
    async def story(worker):
        pid = worker.pid
        call = asyncio.ensure_future(worker.call("hang", {}, answer=dict, limit_s=30, grace_s=0.2))
        await asyncio.wait((call,), timeout=0.1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert is_gone(pid)
        assert not worker.running
        assert worker.last_cancel.killed
        assert worker.last_cancel.ms >= 200

    with_worker(story)


def test_a_call_cancelled_twice_leaves_nobody_waiting_for_its_answer():
    async def story(worker):
        pid = worker.pid
        call = asyncio.ensure_future(worker.call("hang", {}, answer=dict, limit_s=30, grace_s=30))
        await asyncio.wait((call,), timeout=0.1)
        call.cancel()
        await asyncio.wait((call,), timeout=0.1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert is_gone(pid)
        assert worker.last_cancel.killed
        assert worker.last_cancel.ms < 30_000
        await worker.start()
        assert await worker.call("echo", {"n": 1}, answer=dict, limit_s=30) == {"n": 1}

    with_worker(story)


def test_a_call_cancelled_while_its_request_is_being_sent_leaves_no_stale_answer():
    async def story(worker):
        for _ in range(5):
            call = asyncio.ensure_future(
                worker.call("echo", {"bytes": bytes(8 * 2**20)}, answer=dict, limit_s=30)
            )
            await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            if not worker.running:
                await worker.start()
            assert await worker.call("echo", {"n": 1}, answer=dict, limit_s=30) == {"n": 1}

    with_worker(story)


def test_a_second_call_at_the_same_time_is_a_mistake_of_ours():
    async def story(worker):
        call = asyncio.ensure_future(worker.call("until_cancelled", {}, answer=dict, limit_s=30, grace_s=20))
        await asyncio.wait((call,), timeout=0.05)
        with pytest.raises(RuntimeError, match="one call at a time"):
            await worker.call("echo", {}, answer=dict, limit_s=30)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    with_worker(story)


@pytest.mark.parametrize(
    "nonsense",
    [b"\xff\xff\xff\xff", b"\0\0\0\1\xc1", encode({})[:4] + b"\x90"],
    ids=["huge", "reserved", "list"],
)
def test_nonsense_on_the_channel_ends_the_child(nonsense):
    async def story(worker):
        return await death_in(worker, "babble", bytes=nonsense)

    assert with_worker(story).code == "bad_frame"


class Counted(msgspec.Struct):
    n: int


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"ko": {}},
        {"ok": None},
        {"ok": [1]},
        {"ok": {}},
        {"ok": {"n": SECRET}},
        {"ok": {"n": 1.5}, "n": 1},
        {"error": None},
        {"error": {"blame": "input", "code": "c"}},
        {"error": {"blame": "nobody", "code": "c", "detail": "d"}},
        {"error": {"blame": "input", "code": 1, "detail": "d"}},
        {"error": {"blame": "model", "code": "c", "detail": "d", "figures": {"n": SECRET}}},
        {"error": {"blame": "model", "code": "c", "detail": "d", "figures": {"n": -1}}},
        {"error": {"blame": "model", "code": "c", "detail": "d", "figures": {"n": 2**63}}},
    ],
    ids=str,
)
def test_a_frame_that_is_no_answer_ends_the_child(frame):
    async def story(worker):
        return await death_in(worker, "babble", answer=Counted, bytes=encode(frame))

    death = with_worker(story)
    assert death.code == "bad_frame"
    assert SECRET not in str(death)
    assert death.__cause__ is None


def test_an_answer_is_what_was_asked_for():
    async def story(worker):
        return await worker.call("echo", {"n": 3}, answer=Counted, limit_s=30)

    assert with_worker(story) == Counted(3)


def test_last_words_say_where_and_never_what():
    async def story(worker):
        return await death_in(worker, "raise_out")

    death = with_worker(story)
    assert "TellTaleError" in death.detail
    assert "in raise_out" in death.detail
    assert not any(word in death.detail for word in ("person", "wrote", "Segmentation"))


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (b"/src/ggml.c:12: GGML_ASSERT(a < b) failed\n", "/src/ggml.c:12: GGML_ASSERT(a < b) failed"),
        (b"/src/ggml.c:12: fatal error\n", "/src/ggml.c:12: fatal error"),
        (b"private words, CUDA error: private words\n", "CUDA error"),
        (b"terminate called after throwing 'private words'\n", "terminate called"),
        (b"ValueError: private words: out of memory\n", "ValueError"),
        (b"private words\n" * 1000 + b"no newline " + b"private words" * 10_000, ""),
    ],
)
def test_of_dying_words_only_what_cannot_be_private_is_kept(words, kept):
    async def story(worker):
        return await death_in(worker, "leave", words=words, status=1)

    detail = with_worker(story).detail
    assert detail == "exited with status 1" + (f" ({kept})" if kept else "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"memory ran out\n", "out_of_memory"),
        (b"ggml-cuda.cu:103: fatal error\nmemory ran out\n", "out_of_memory"),
        (b"CUDA error: out of memory\n", "out_of_memory"),
        (b"terminate called after throwing an instance of 'std::bad_alloc'\n", "out_of_memory"),
        (b"terminate called after throwing an instance of 'vk::OutOfDeviceMemoryError'\n", "out_of_memory"),
        (b"MemoryError\n", "out_of_memory"),
        (b"terminate called after throwing an instance of 'std::runtime_error'\n", "died"),
        (b"CUDA error: an illegal memory access was encountered\n", "died"),
        (b"ValueError: private words, CUDA error: out of memory\n", "died"),
        (b"private words: memory ran out\nprivate words: out of memory\nMemoryError of mine\n", "died"),
    ],
)
def test_last_words_that_say_so_and_nothing_else_are_a_death_for_want_of_memory(words, code):
    async def story(worker):
        return await death_in(worker, "leave", words=words, status=1)

    death = with_worker(story)
    assert death.code == code
    assert "private" not in death.detail


def test_a_child_that_we_killed_is_not_said_to_have_been_killed():
    async def story(worker):
        call = asyncio.ensure_future(worker.call("hang", {}, answer=dict, limit_s=30, grace_s=0.05))
        await asyncio.wait((call,), timeout=0.05)
        call.cancel()
        await asyncio.wait((call,))
        assert worker.last_cancel.killed
        return await death_in(worker, "echo")

    assert with_worker(story).code == "died"


def test_a_grandchild_that_holds_on_to_standard_error_holds_up_nothing():
    async def story(worker):
        begun = monotonic()
        death = await death_in(worker, "leave_a_sleeper")
        assert monotonic() - begun < 20
        return death

    assert "exited with status 3" in with_worker(story).detail


def test_stopping_an_idle_child_does_not_wait_out_its_grace_and_may_be_repeated():
    async def story(worker):
        await asyncio.wait_for(worker.stop(grace_s=600), 60)
        await worker.stop()
        assert not worker.running

    with_worker(story)


def test_stopping_ends_a_busy_child_and_its_call():
    async def story(worker):
        call = asyncio.ensure_future(worker.call("hang", {}, answer=dict, limit_s=30))
        await asyncio.wait((call,), timeout=0.05)
        await worker.stop()
        with pytest.raises(WorkerDiedError):
            await call

    with_worker(story)


def test_a_child_in_the_middle_of_work_ends_when_the_daemon_is_killed():
    paths = os.pathsep.join(sys.path[1:])
    with subprocess.Popen(
        (sys.executable, wayward_child.__file__, "daemon"),
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": paths},
        text=True,
    ) as daemon:
        child = int(daemon.stdout.readline())
        assert not is_gone(child)
        daemon.kill()
    wait_until_gone(child)
