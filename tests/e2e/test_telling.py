"""A daemon with a model for sessions has it tell what each was, once, and does without it when it is off."""

import datetime as dt
import json

import drawn
from running_daemon import RunningDaemon, until

MODELS = """
[models.teller]
backend = "fake"
file = "teller.json"
role = "session"
"""
YESTERDAY = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011 - names of files are of the wall clock, too


def script(root, **step):
    (root / "teller.json").write_text(json.dumps({"vision": False, "steps": [step]}))


def screenshots(daemon, *minutes, day=YESTERDAY):
    for minute in minutes:
        name = f"Screenshot from {day} {9 + minute // 60:02}-{minute % 60:02}-00.png"
        lines = ("invoices.ods - LibreOffice Calc", f"Invoice {1000 + minute} was paid late")
        drawn.screenshot(daemon.shots / name, lines=lines)


def told(client):
    return [each for each in client.sessions().sessions if each.rung == "model"]


def test_what_is_over_is_told_and_what_changes_is_told_again(tmp_path):
    script(tmp_path, sample=True)
    with RunningDaemon(tmp_path, MODELS) as daemon:
        screenshots(daemon, *range(6), *range(60, 64))
        with daemon.client() as client:
            until(lambda: len(told(client)) == 2, what="two sessions that are told")
            later, earlier = client.sessions().sessions
            assert (later.model, earlier.model) == ("teller", "teller")
            assert later.prompt_version
            assert client.search("invoice", session=earlier.id).sessions
            screenshots(daemon, 6)
            until(
                lambda: client.session(session=earlier.id).session.shots == 7 and len(told(client)) == 2,
                what="the session told again",
            )
            again = client.session(session=earlier.id).session
            assert again.version == 2
            kinds = [event.type for event in client.events(0).events]
            assert kinds.count("session.summarised") == 3
            calls = {row.role: row.calls for row in client.stats().calls if row.model == "teller"}
        daemon.stop()
        daemon.start()
        with daemon.client() as client:
            assert len(told(client)) == 2
            assert {row.role: row.calls for row in client.stats().calls if row.model == "teller"} == calls
            daemon.settled(client)
            assert {row.role: row.calls for row in client.stats().calls if row.model == "teller"} == calls


def test_a_model_that_talks_nonsense_leaves_what_rules_say(tmp_path):
    script(tmp_path, reply="The user worked hard.")
    with RunningDaemon(tmp_path, MODELS) as daemon:
        screenshots(daemon, *range(4), *range(60, 64), *range(120, 124))
        with daemon.client() as client:
            until(lambda: any(e.type == "breaker.opened" for e in client.events(0).events), what="a breaker")
            every = client.sessions().sessions
            assert {(each.rung, each.model, each.state) for each in every} == {("rules", None, "closed")}
            assert all(each.title for each in every)
            assert not [event for event in client.events(0).events if event.type == "job.failed"]
            (calls,) = (row for row in client.stats().calls if row.model == "teller")
            assert calls.outcomes.keys() == {"malformed"}
            assert calls.outcomes["malformed"] >= 3
            (breaker,) = (each for each in client.status().breakers if each.state == "open")
            assert (breaker.model, breaker.role, breaker.sort) == ("teller", "session", "format")


def test_switched_off_nothing_is_asked_and_what_is_long_over_is_left_alone(tmp_path):
    script(tmp_path, sample=True)
    with RunningDaemon(tmp_path, f"{MODELS}\n[features]\nsession_model = false\n") as daemon:
        screenshots(daemon, *range(4))
        screenshots(daemon, *range(60, 64), day=YESTERDAY - dt.timedelta(days=20))
        with daemon.client() as client:
            until(
                lambda: [s.state for s in client.sessions().sessions] == ["closed"] * 2, what="two sessions"
            )
            daemon.settled(client)
            assert told(client) == []
        daemon.stop()
        daemon.config.write_text(MODELS)
        daemon.start()
        with daemon.client() as client:
            until(lambda: told(client), what="a session that is told")
            daemon.settled(client)
            assert [session.rung for session in client.sessions().sessions] == ["model", "rules"]
