import asyncio
import contextlib
import os
import time

import pytest

from answering import Answering
from glimpse_client.client import Client
from glimpse_client.errors import (
    DaemonNotRunningError,
    GlimpseError,
    NoAnswerError,
    NotAllowedError,
    RequestFailedError,
    VersionMismatchError,
)
from glimpsed.core.errors import RequestError
from glimpsed.wire import messages as m
from glimpsed.wire.catalogue import REQUESTS

NOBODY = 65534


def test_each_method_asks_its_request_and_returns_its_reply():
    with Answering() as daemon, Client(daemon.directory) as client:
        daemon.answers[m.EventsRequest] = lambda _: m.EventsReply([], latest=0, oldest=1)
        replies = (
            client.hello("test"),
            client.status(),
            client.submit(b"/a/b.png"),
            client.shot("s", text=True),
            client.shots(limit=3, application="Code"),
            client.search("words", limit=3),
            client.sessions(limit=3),
            client.session(shot="s"),
            client.tasks(limit=3),
            client.task("t"),
            client.day("today"),
            client.report("today", format="html"),
            client.job("j"),
            client.cancel("j"),
            client.ask("s", "why?"),
            client.events(5, limit=2),
            client.models(),
            client.stats(days=7),
            client.doctor(),
            client.shutdown(),
        )
        asked = daemon.requests
        assert {type(request) for request in asked} == set(REQUESTS)
        for request, reply in zip(asked, replies, strict=True):
            assert type(reply).__name__.removesuffix("Reply") == type(request).__name__.removesuffix(
                "Request"
            )
        assert asked[4] == m.ShotsRequest(id=asked[4].id, limit=3, application="Code")


def test_a_relative_path_and_one_that_is_no_text_are_submitted_whole(tmp_path):
    with Answering() as daemon, Client(daemon.directory) as client, contextlib.chdir(tmp_path):
        client.submit(b"x/../caf\xe9.png")
        assert daemon.requests[0].path_bytes == os.fsencode(tmp_path) + b"/caf\xe9.png"


def test_no_daemon_is_known_at_once(tmp_path):
    with pytest.raises(DaemonNotRunningError):  # long before its time is up: the test's own limit is shorter
        Client(tmp_path / "none", timeout_s=3600)
    (tmp_path / "lock").touch()
    with pytest.raises(DaemonNotRunningError):
        Client(tmp_path, timeout_s=3600)


def test_a_directory_open_to_others_is_not_allowed(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(NotAllowedError):
        Client(tmp_path)


@pytest.mark.skipif(os.getuid() != 0, reason="giving a directory away takes root")
def test_a_daemon_of_somebody_else_is_not_allowed():
    with Answering() as daemon:
        os.chown(daemon.directory, NOBODY, NOBODY)
        with pytest.raises(NotAllowedError, match=str(NOBODY)):
            Client(daemon.directory)


def test_a_late_answer_is_given_up_and_not_mistaken_for_the_next():
    released = asyncio.Event()

    async def slow(_request):
        await released.wait()
        return m.DoctorReply([])

    with Answering({m.DoctorRequest: slow}) as daemon, Client(daemon.directory, timeout_s=0.3) as client:
        with pytest.raises(NoAnswerError, match=r"0\.3 s"):
            client.doctor()
        daemon.call(released.set)
        assert isinstance(client.status(), m.StatusReply)


def test_a_daemon_that_ends_during_a_request_is_noticed_before_the_time_is_up():
    async def stop(_request):
        daemon.stop()
        await asyncio.Event().wait()

    with Answering({m.DoctorRequest: stop}) as daemon, Client(daemon.directory, timeout_s=60) as client:
        started = time.monotonic()
        with pytest.raises(DaemonNotRunningError):
            client.doctor()
        assert time.monotonic() - started < 10


def test_a_request_that_was_given_up_never_reaches_a_daemon_that_comes_later(tmp_path):
    with Answering(directory=tmp_path):
        client = Client(tmp_path)
    with client:
        with pytest.raises(DaemonNotRunningError):
            client.ask("s", "why?")
        with Answering(directory=tmp_path) as later:
            client.status()
            assert [type(request) for request in later.requests] == [m.StatusRequest]


def test_the_last_words_of_a_daemon_are_heard_however_late_the_client_listens():
    class Late(Client):
        def _receive(self, request_id, deadline):
            daemon.ended()
            return super()._receive(request_id, deadline)

    with Answering() as daemon, Late(daemon.directory) as client:
        assert client.shutdown().ok


def test_a_refusal_and_another_version_are_told_apart():
    def refuse(_request):
        raise RequestError("not_found", "no such shot")

    def older(_request):
        raise RequestError("version_mismatch", "this daemon speaks version 2")

    with (
        Answering({m.ShotRequest: refuse, m.JobRequest: older}) as daemon,
        Client(daemon.directory) as client,
    ):
        with pytest.raises(RequestFailedError, match="no such shot") as caught:
            client.shot("s")
        assert caught.value.code == "not_found"
        with pytest.raises(VersionMismatchError):
            client.job("j")


def test_an_answer_to_another_question_is_an_error():
    with (
        Answering({m.StatusRequest: lambda _: m.DoctorReply([])}) as daemon,
        Client(daemon.directory) as client,
        pytest.raises(GlimpseError, match="DoctorReply"),
    ):
        client.status()


def test_it_survives_a_restart_of_the_daemon(tmp_path):
    with Answering(directory=tmp_path):
        client = Client(tmp_path)
        assert client.status().ok
    with client:
        with pytest.raises(DaemonNotRunningError):
            client.status()
        with Answering(directory=tmp_path):
            assert client.status().ok
