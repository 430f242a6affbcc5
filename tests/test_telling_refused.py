"""A reply about a session that is not taken is put again once with what was wrong; then rules stand."""

import json

import pytest

from glimpsed.core.roles import session_boundary
from glimpsed.core.sessions.model import Doubt, SessionRung
from glimpsed.core.sessions.told import Judged, Objected, PartTold, WholeTold
from glimpsed.store import telling
from telling_worlds import FALSE_PART, part_reply, shots, step, telling_world, told, whole_reply

NO_JSON = "The user worked hard."
OTHER_SHAPE = part_reply(summary=["a list"])
CUT = part_reply(summary="word " * 1000)
BOUNDARY = json.dumps({"before": "a", "after": "b", "another_begins": False})
NOT_A_WORD = json.dumps({"before": "a", "after": "b", "another_begins": "no"})

TOO_LONG = "the reply was too long: it was cut at the limit of 512 tokens."


async def outcomes(world):
    """How each call is on record, the first one first."""
    return [(call.outcome, call.code) for call in reversed(await world.calls("llama"))]


OK, MALFORMED, CUT_OFF = ("ok", ""), ("malformed", "malformed"), ("malformed", "reply_cut")


@pytest.mark.parametrize(
    ("bad", "record"),
    [(NO_JSON, MALFORMED), ("", MALFORMED), ("{}", MALFORMED), (OTHER_SHAPE, MALFORMED), (CUT, CUT_OFF)],
    ids=["no json", "nothing", "no field", "other shape", "cut"],
)
def test_a_malformed_or_cut_reply_is_put_again_once_and_then_left_to_rules(tmp_path, bad, record):
    async def body(world):
        made, kept = await told(world)
        *parts, objected, whole = made
        assert [type(each) for each in parts] == [Objected, PartTold]
        assert parts[1].note.steps[0].text == "invoice.py", "the rules' note"
        assert (type(objected), whole.telling, kept.rung) == (Objected, None, SessionRung.BOUNDARIES)
        assert await outcomes(world) == [record] * 4
        assert await world.store.write(lambda w: telling.wanted(w, "session-1", "again")) is None

    telling_world(tmp_path, body, bad)


@pytest.mark.parametrize(("bad", "record"), [(NO_JSON, MALFORMED), (CUT, CUT_OFF)], ids=["malformed", "cut"])
def test_a_second_reply_that_is_well_formed_is_taken(tmp_path, bad, record):
    async def body(world):
        made, kept = await told(world)
        assert [type(each) for each in made] == [Objected, PartTold, Objected, WholeTold]
        assert [each.text for each in made[1].note.steps] == ["Edited invoice.py"]
        assert (kept.rung, kept.told.title) == (SessionRung.MODEL, "Invoices without a date")
        assert await outcomes(world) == [record, OK, record, OK]
        left = await world.store.read(lambda cx: cx.execute("SELECT count(*) FROM objection").get)
        assert left == 0, "nothing that was settled is kept"

    telling_world(tmp_path, body, bad, part_reply(), bad, whole_reply())


@pytest.mark.parametrize(("first", "second"), [(FALSE_PART, NO_JSON), (CUT, NO_JSON), (NO_JSON, CUT)])
def test_a_prompt_is_put_twice_at_most_whatever_is_wrong(tmp_path, first, second):
    async def body(world):
        made, kept = await told(world)
        assert [type(each) for each in made] == [Objected, PartTold, WholeTold]
        assert made[1].note.steps[0].text == "invoice.py", "the rules' note"
        assert kept.rung is SessionRung.MODEL

    telling_world(tmp_path, body, first, second, whole_reply())


@pytest.mark.parametrize(
    ("bad", "wrong"),
    [
        (NO_JSON, "the reply is not an account of a part: it cannot be read as JSON."),
        ("{}", "the reply is not an account of a part: the reply has other fields than the schema."),
        (
            OTHER_SHAPE,
            "the reply is not an account of a part: summary is not a text of at most 260 characters.",
        ),
        (CUT, TOO_LONG),
    ],
    ids=["no json", "no field", "other shape", "cut"],
)
def test_the_second_prompt_says_what_was_wrong_with_the_reply(tmp_path, bad, wrong):
    async def body(world):
        job = await world.store.write(lambda w: telling.wanted(w, "session-1", "j1"))
        made, _ = await step(world, job)
        assert (made.step.why, made.outcome, made.took) == (wrong, "malformed", None)
        asked = await world.performer._try._tellings._next("session-1", "llama")
        assert asked.question.startswith(f"Your reply before this one was not taken: {wrong} Mend that.\n")

    telling_world(tmp_path, body, bad)


@pytest.mark.parametrize("sure", [0.45, 0.55])
@pytest.mark.parametrize(
    ("bad", "record"), [(NOT_A_WORD, MALFORMED), (CUT, CUT_OFF)], ids=["malformed", "cut"]
)
def test_a_boundary_without_a_well_formed_reply_is_as_rules_have_it(tmp_path, bad, record, sure):
    seen = shots()

    async def body(world):
        made, kept = await told(world)
        objected, judged, *_ = made
        assert isinstance(objected, Objected)
        assert judged == Judged("s0005", seen[5].at_ms, sure >= 0.5, sure, key=objected.key)
        assert [type(each) for each in made[2:]] == [PartTold, WholeTold]
        assert await outcomes(world) == [record, record, OK, OK]
        (found,) = await world.store.read(lambda cx: telling.judgements(cx, None, None))
        assert (found.judged.begins, found.model) == (sure >= 0.5, ""), "it is no model's answer"
        assert await world.store.read(lambda cx: telling.verdicts(cx, None, None)) == {}
        assert await world.store.read(lambda cx: telling.objection(cx, objected.key)) == ""
        assert kept.rung is SessionRung.MODEL

    doubts = (Doubt("s0005", seen[5].at_ms, sure),)
    telling_world(tmp_path, body, bad, bad, part_reply(), whole_reply(), seen=seen, doubts=doubts)


@pytest.mark.parametrize(
    ("bad", "wrong"),
    [
        (NOT_A_WORD, "the reply is not a yes or no: another_begins is neither true nor false."),
        (CUT, TOO_LONG),
    ],
    ids=["malformed", "cut"],
)
def test_a_boundary_is_put_again_with_what_was_wrong(tmp_path, bad, wrong):
    seen = shots()

    async def body(world):
        job = await world.store.write(lambda w: telling.wanted(w, "session-1", "j1"))
        _, (job,) = await step(world, job)
        asked = await world.performer._try._tellings._next("session-1", "llama")
        assert asked.question == session_boundary.question("09:05", wrong)
        assert wrong in asked.question
        made, _ = await step(world, job)
        assert (made.step.begins, made.step.prompt_version) == (False, session_boundary.PROMPT_VERSION)
        assert await world.store.read(lambda cx: telling.verdicts(cx, None, None)) == {"s0005": False}
        assert await world.store.read(lambda cx: telling.objection(cx, made.step.key)) == ""

    doubts = (Doubt("s0005", seen[5].at_ms, 0.55),)
    telling_world(tmp_path, body, bad, BOUNDARY, seen=seen, doubts=doubts)
