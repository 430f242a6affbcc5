"""What events say of a daemon that follows another: it begins with `daemon.started`, and what was is over."""

from faulty_models import FAKE, LONG, REPLY, add, running, script, started
from running_daemon import NO_OCR, until
from scheduled_daemon import events

ABORT = {"abort": True}


def test_started_comes_first_even_where_work_was_left(tmp_path):
    script(tmp_path, LONG)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        add(daemon, 1)
        job = started(client, "describe")
        known = events(client)[-1].seq
        daemon.kill()
        daemon.start()
        first, *others = client.events(known).events
        assert (first.type, first.body["pid"]) == ("daemon.started", daemon.process.pid)
        assert ("job.queued", job) in [(event.type, event.body.get("job")) for event in others]


def test_no_end_is_told_of_a_breaker_that_its_daemon_took_along(tmp_path):
    script(tmp_path, ABORT)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        for number in (1, 2):
            add(daemon, number)
        until(lambda: events(client, "breaker.opened"), what="an open breaker")
        script(tmp_path, REPLY)
        daemon.kill()
        daemon.start()
        assert {view.state for view in client.status().breakers} <= {"closed"}
        daemon.settled(client, shots=2)
        assert not events(client, "breaker.closed")
