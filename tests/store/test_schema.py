"""The words that the store lets in are those of core.model, and nothing else gets in."""

import re
from typing import get_args

import apsw
import pytest

from glimpsed.core import model
from glimpsed.core.histogram import Stage
from glimpsed.core.roles.screen import SCHEMA
from glimpsed.core.sessions.model import SessionState, SignalKind, Workflow
from glimpsed.core.tasks.model import TaskState
from glimpsed.core.tasks.names import NameKind
from glimpsed.store import migrate, sessions
from store_samples import accept, session, sha, shot, with_database

ENUMERATIONS = {
    "job.kind": model.JobKind,
    "job.state": model.JobState,
    "job.urgency": model.Urgency,
    "shot.taken_origin": model.TimeOrigin,
    "shot.rung": model.Rung,
    "result.rung": model.Rung,
    "result.application_type": model.ApplicationType,
    "result.activity": model.Activity,
    "entity.kind": model.EntityKind,
    "stage.stage": Stage,
    "session.state": SessionState,
    "session.workflow": Workflow,
    "signal.kind": get_args(SignalKind),
    "task.state": TaskState,
    "task_key.kind": NameKind,
}


def checks():
    """The words of every `CHECK (column IN ('...', ...))`, by table.column."""
    found = {}
    for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\) STRICT", migrate.shipped().sql, re.DOTALL):
        for column, words in re.findall(r"CHECK \((\w+) IN \(([^)]*)\)\)", body):
            if "'" in words:
                found[f"{table}.{column}"] = re.findall(r"'(\w+)'", words)
    return found


def test_every_closed_set_of_words_is_an_enumeration_word_for_word():
    assert checks() == {where: [str(word) for word in words] for where, words in ENUMERATIONS.items()}


def test_a_model_may_say_just_the_words_that_the_store_takes():
    said = SCHEMA["properties"]
    kept = checks()
    assert said["application_type"]["enum"] == kept["result.application_type"]
    assert said["activity"]["enum"] == kept["result.activity"]
    assert said["entities"]["items"]["properties"]["kind"]["enum"] == kept["entity.kind"]


def test_every_enumeration_of_the_model_is_held_to():
    enumerations = {value for value in vars(model).values() if isinstance(value, type)} & set(
        model.StrEnum.__subclasses__()
    )
    assert enumerations | {Stage} <= set(ENUMERATIONS.values())


FORBIDDEN = {
    "a second current result": "UPDATE result SET current = 1",
    "a current that is neither": "UPDATE result SET current = 2",
    "an unknown rung": "UPDATE result SET rung = 'guess'",
    "timings that are no JSON": "UPDATE result SET timings = '{'",
    "text in a number": "UPDATE picture SET width = 'wide'",
    "a shot of no picture": "UPDATE shot SET picture = 99",
    "tiles of no picture": "INSERT INTO tiles VALUES (99, x'00')",
    "lines that are text": "INSERT INTO picture_text VALUES (1, 'rapidocr', '[]')",
    "a path that is text": "UPDATE shot SET path = 'text'",
    "a running job with an end": "UPDATE job SET state = 'running', ended_ms = 1",
    "a job done without an end": "UPDATE job SET state = 'done'",
    "a second read of a picture": "UPDATE job SET kind = 'read'",
    "a question to nobody": "UPDATE job SET kind = 'ask'",
    "a deferred job with an end": "UPDATE job SET state = 'deferred', ended_ms = 1",
    "a rank that nobody knows": "UPDATE job SET urgency = 'now'",
    "a repetition of nothing": "UPDATE result SET rung = 'reused'",
    "an answer of its own that repeats another": "UPDATE result SET reused_from = 'minimum-1'",
    "a repetition of what nobody said": "UPDATE result SET rung = 'reused', reused_from = 'none'",
    "a stage that nobody measures": "INSERT INTO stage VALUES (1, 'sleep', 1, 1)",
    "a body that is no JSON": "UPDATE event SET body = 'x'",
    "a picture without its shots": "DELETE FROM picture",
    "a session that began nowhere": "UPDATE session SET first_shot = 'none'",
    "a session without a version": "UPDATE session SET version = 0",
    "a job of a picture and a session": "UPDATE job SET session = 'session-1'",
    "a job of nothing": "UPDATE job SET picture = NULL",
    "a second job of a session": "UPDATE job SET kind = 'session', picture = NULL, session = 'session-1'",
    "a note under no digest": "INSERT INTO part VALUES ('x', 0, 'm', '1', '{}')",
    "an answer that is neither": "INSERT INTO judgement VALUES (1, 'shot-000001', 0, 2, 0.5, 'm', '1')",
    "an answer about no shot": "INSERT INTO judgement VALUES (1, 'none', 0, 1, 0.5, 'm', '1')",
    "a session that is half told": "INSERT INTO telling VALUES (1, 'session-1', 1, 0, 'm', '1', 2)",
    "a session that is told in no JSON": "UPDATE session SET body = 'x'",
    "a measurement of no files": "INSERT INTO measurement VALUES ('x', '', '{}', 0, 0)",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_file_itself_refuses(tmp_path, what):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        await db.write(add_second_result)
        await db.write(lambda w: sessions.put(w, session("session-1", 1, 1)))
        with pytest.raises(apsw.ConstraintError):
            await db.write(lambda w: w.cx.execute(FORBIDDEN[what]) and None)

    with_database(tmp_path, body)


def add_second_result(w):
    w.cx.execute("CREATE TEMP TABLE again AS SELECT * FROM main.result")
    w.cx.execute("UPDATE again SET n = 2, id = 'r2', current = 0")
    w.cx.execute("INSERT INTO main.result SELECT * FROM again")
    w.cx.execute("DROP TABLE again")


def test_views_show_a_person_what_is_there(tmp_path):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1, path=b"/a.png"))
        (row,) = await db.read(lambda cx: cx.execute("SELECT * FROM v_shots").fetchall())
        assert row[0] == "shot-000001"
        assert row[1] == "2020-09-13 14:26:41", "local time of the shot, two hours east"
        assert row[3] == "/a.png"
        assert row[-1] == sha(1)
        jobs = await db.read(lambda cx: cx.execute("SELECT id, state FROM v_jobs").fetchall())
        assert jobs == [("read-1", "queued"), ("describe-1", "queued")]
        assert await db.read(lambda cx: cx.execute("SELECT * FROM v_rejections").fetchall()) == []

    with_database(tmp_path, body)
    assert shot(1, 1).taken_at.offset_s == 7200
