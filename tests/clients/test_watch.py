import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering import Answering
from glimpse_client.client import Client
from glimpse_client.errors import DaemonNotRunningError
from glimpse_client.watch import Follower, Missed, NewStore, Verdict, Watch
from glimpsed.wire.messages import WELCOME, Event, EventsReply, EventsRequest


def event(seq, kind="shot.added", **body):
    return Event(seq=seq, at_ms=0, type=kind, body=body)


def seqs(watch, count):
    items = [watch.next(10) for _ in range(count)]
    assert watch.next(0) is None
    return [item.seq if isinstance(item, Event) else item for item in items]


def test_events_arrive_in_order_from_the_subscription_on():
    with Answering(seq=5) as daemon, Client(daemon.directory) as client, Watch(client) as watch:
        assert (watch.seq, watch.epoch) == (5, daemon._epoch)
        for _ in range(3):
            daemon.publish("shot.added", shot="s")
        assert seqs(watch, 3) == [6, 7, 8]


def test_what_was_lost_on_the_way_is_replayed_in_order():
    with Answering() as daemon, Client(daemon.directory) as client, Watch(client) as watch:
        daemon.publish("shot.added")
        daemon.record("shot.read")
        daemon.record("shot.described")
        daemon.publish("shot.added")
        daemon.publish("shot.added")
        assert seqs(watch, 5) == [1, 2, 3, 4, 5]


def test_a_lost_tail_is_seen_when_anybody_subscribes():
    with Answering() as daemon, Client(daemon.directory) as client, Watch(client) as watch:
        daemon.publish("shot.added")
        lost = daemon.record("shot.read")
        daemon.server._seq = lost.seq  # published to everybody, and lost
        with Watch(client):
            assert seqs(watch, 2) == [1, 2]


def test_a_watch_goes_on_where_another_ended():
    with Answering() as daemon, Client(daemon.directory) as client:
        with Watch(client) as watch:
            daemon.publish("shot.added")
            assert seqs(watch, 1) == [1]
            seen = {"since": watch.seq, "epoch": watch.epoch}
        for _ in range(1200):
            daemon.publish("shot.added")
        with Watch(client, **seen) as watch:
            assert seqs(watch, 1200) == list(range(2, 1202))


def test_a_replay_of_what_was_pruned_is_said():
    with (
        Answering(seq=100) as daemon,
        Client(daemon.directory) as client,
        Watch(client, since=10, epoch=daemon._epoch) as watch,
    ):
        assert seqs(watch, 1) == [Missed(10, 100)]
        daemon.publish("shot.added")
        assert seqs(watch, 1) == [101]


def test_a_hole_that_the_daemon_cannot_fill_is_said():
    with Answering() as daemon, Client(daemon.directory) as client, Watch(client) as watch:
        daemon.answers[EventsRequest] = lambda _: EventsReply([], 3, 1)
        daemon.record("shot.added")
        daemon.publish("shot.added")
        assert seqs(watch, 1) == [Missed(0, 2)]


def test_another_store_is_said(tmp_path):
    with Answering(directory=tmp_path, seq=50):
        client = Client(tmp_path)
        watch = Watch(client)
    with client, watch, Answering(directory=tmp_path, seq=3, epoch="other") as daemon:
        assert next(iter(watch)) == NewStore("other", 3)
        daemon.publish("shot.added")
        assert seqs(watch, 1) == [4]
        assert watch.epoch == "other"


def test_a_restart_of_the_daemon_loses_nothing(tmp_path):
    with Answering(directory=tmp_path) as daemon:
        client = Client(tmp_path)
        watch = Watch(client)
        daemon.publish("shot.added")
        before = daemon.events
    with client, watch, Answering(directory=tmp_path, seq=0) as daemon:
        daemon.events += before
        daemon.publish("daemon.started")
        assert seqs(watch, 2) == [1, 2]


def test_the_end_of_the_daemon_ends_the_watch():
    with Answering() as daemon, Client(daemon.directory) as client, Watch(client) as watch:
        daemon.stop()
        with pytest.raises(DaemonNotRunningError):
            watch.next()


@given(st.lists(st.integers(1, 30), max_size=60), st.integers(0, 5))
def test_each_event_passes_once_and_in_order_whatever_is_lost_or_repeated(arrivals, since):
    follower, passed = Follower(since), []
    for seq in arrivals:
        verdict = follower.see(event(seq))
        if verdict is Verdict.PASS:
            passed.append(seq)
        elif verdict is Verdict.REPLAY:
            passed += range(follower.seq + 1, seq + 1)
            follower.seq = seq
    assert passed == list(range(since + 1, since + 1 + len(passed)))
    assert len(passed) == max([since, *arrivals]) - since


@given(st.integers(0, 9), st.integers(0, 9))
def test_a_welcome_shows_what_is_missing(known, latest):
    follower = Follower(known, "e")
    verdict = follower.see(event(latest, WELCOME, epoch="e"))
    assert verdict is (Verdict.REPLAY if latest > known else Verdict.DROP)
    assert follower.seq == known
