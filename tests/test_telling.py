"""A session is told by a model, step by step, from the store and back into it."""

import asyncio
import json

import pytest

import tiny_models
from glimpsed.config import Config, ModelConfig, OcrConfig
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobState
from glimpsed.core.roles import session_boundary, session_part, session_whole
from glimpsed.core.sessions.model import Doubt, SessionRung, SessionState, Sighting
from glimpsed.core.sessions.told import Judged, Objected, PartTold, WholeTold
from glimpsed.store import sessions, telling
from performing import performing
from telling_worlds import (
    FALSE_PART,
    FALSE_WHOLE,
    keep,
    part_reply,
    session,
    shots,
    step,
    telling_world,
    told,
    whole_reply,
)
from workdays import START_MS


def test_a_session_is_told_part_by_part_and_then_as_a_whole(tmp_path):
    async def body(world):
        made, kept = await told(world)
        part, whole = made
        assert isinstance(part, PartTold)
        assert isinstance(whole, WholeTold)
        assert kept.rung is SessionRung.MODEL
        assert (kept.told.title, kept.workflow) == ("Invoices without a date", "coding")
        assert [each.text for each in kept.told.steps] == ["Edited invoice.py"]
        assert (kept.told.claims, kept.told.dropped) == (8, 0)
        assert (kept.told.model, kept.told.prompt_version) == ("llama", session_whole.PROMPT_VERSION)
        versions = [call.prompt_version for call in await world.calls("llama")]
        assert versions == [session_whole.PROMPT_VERSION, session_part.PROMPT_VERSION]
        assert all(call.role == "session" and call.outcome == "ok" for call in await world.calls("llama"))

    telling_world(tmp_path, body, part_reply(), whole_reply())


@pytest.mark.parametrize(
    ("replies", "kinds", "rung"),
    [
        ((FALSE_PART, part_reply(), whole_reply()), (Objected, PartTold, WholeTold), SessionRung.MODEL),
        ((FALSE_PART, FALSE_PART, whole_reply()), (Objected, PartTold, WholeTold), SessionRung.MODEL),
        ((part_reply(), FALSE_WHOLE, whole_reply()), (PartTold, Objected, WholeTold), SessionRung.MODEL),
        ((part_reply(), FALSE_WHOLE, FALSE_WHOLE), (PartTold, Objected, WholeTold), SessionRung.BOUNDARIES),
    ],
)
def test_what_is_false_is_asked_once_more_with_the_error_and_then_left_to_rules(
    tmp_path, replies, kinds, rung
):
    async def body(world):
        made, kept = await told(world)
        assert tuple(map(type, made)) == kinds
        assert kept.rung is rung
        assert len(await world.calls("llama")) == 3
        assert await world.store.write(lambda w: telling.wanted(w, "session-1", "again")) is None

    telling_world(tmp_path, body, *replies)


def test_the_second_try_is_told_what_was_wrong_with_the_first(tmp_path):
    async def body(world):
        job = await world.store.write(lambda w: telling.wanted(w, "session-1", "j1"))
        made, (job,) = await step(world, job)
        assert "step 1 (12:00-13:00) is not within 09:00-09:10" in made.step.why
        tries = world.performer._try._tellings
        asked = await tries._next("session-1", "llama")
        assert asked.question.startswith("Your reply before this one was not taken: step 1 (12:00-13:00)")
        made, _ = await step(world, job)
        assert made.step.note.steps[0].text == "invoice.py", "rules tell of a part that a model does not"

    telling_world(tmp_path, body, FALSE_PART, part_reply(summary="The user worked."))


def test_boundaries_in_doubt_come_first_with_what_is_on_both_sides(tmp_path):
    seen = shots()
    doubts = (Doubt("s0005", seen[5].at_ms, 0.45), Doubt("s0000", seen[0].at_ms, 0.7))

    async def body(world):
        asked = await world.performer._try._tellings._next("session-1", "llama")
        assert asked.role is session_boundary
        before, after = asked.material.split("\n| -----\n")
        assert "invoice number 4" in before and "invoice number 5" not in before  # noqa: PT018 - one side each
        assert "invoice number 5" in after and "invoice number 4" not in after  # noqa: PT018
        assert asked.question == session_boundary.question("09:05")
        made, _ = await told(world)
        key, nobodys = made[0].key, made[1].key
        assert made[0] == Judged("s0005", seen[5].at_ms, True, 0.45, session_boundary.PROMPT_VERSION, key)
        assert made[1] == Judged("s0000", seen[0].at_ms, True, 0.7, key=nobodys), (
            "nobody is asked: it is first"
        )
        assert [type(each) for each in made[2:]] == [PartTold, WholeTold]
        assert len(await world.calls("llama")) == 3
        found = await world.store.read(lambda cx: telling.judgements(cx, None, None))
        assert [(each.judged.shot, each.model) for each in found] == [("s0000", ""), ("s0005", "llama")]
        said = await world.store.read(lambda cx: telling.verdicts(cx, None, None))
        assert said == {"s0005": True}, "a verdict is a model's"
        assert world.performer._try._tellings._seen is None, "no text of a screen is held once all is said"

    answer = json.dumps({"before": "a", "after": "b", "another_begins": True})
    telling_world(tmp_path, body, answer, part_reply(), whole_reply(), seen=seen, doubts=doubts)


@pytest.mark.parametrize(("at", "earlier", "later"), [(30, True, True), (59, True, False), (1, False, True)])
def test_looks_that_do_not_fit_around_a_boundary_in_doubt_are_said_to_be_left_out(
    tmp_path, at, earlier, later
):
    seen = shots(60)
    doubts = (Doubt(f"s{at:04}", seen[at].at_ms, 0.45),)

    async def body(world):
        asked = await world.performer._try._tellings._next("session-1", "llama")
        _, *quoted = asked.material.split("\n")
        assert (quoted[0] == "| (earlier looks left out)") is earlier
        assert (quoted[-1] == "| (later looks left out)") is later
        assert f"invoice number {at - 1} " in asked.material
        assert f"invoice number {at} " in asked.material

    telling_world(tmp_path, body, seen=seen, doubts=doubts, context=1900)


def test_where_all_looks_fit_around_a_boundary_in_doubt_none_is_said_to_be_left_out(tmp_path):
    seen = shots()

    async def body(world):
        asked = await world.performer._try._tellings._next("session-1", "llama")
        assert "left out" not in asked.material

    telling_world(tmp_path, body, seen=seen, doubts=(Doubt("s0005", seen[5].at_ms, 0.45),))


def test_a_session_of_nothing_is_given_up_and_nobody_is_asked(tmp_path):
    async def body(world):
        made, kept = await told(world)
        assert [each.telling for each in made] == [None]
        assert kept.told is None
        assert await world.calls("llama") == []

    telling_world(tmp_path, body, seen=[Sighting(f"s{n:04}", START_MS + n, 0, "screens") for n in range(3)])


def test_what_grows_is_told_anew_only_where_it_changed(tmp_path):
    async def body(world):
        made, kept = await told(world)
        first = [each.key for each in made if isinstance(each, PartTold)]
        assert len(first) > 4, "the context is small, so that there are many parts"
        assert len(made) == len(first) + 1
        assert kept.rung is SessionRung.MODEL
        more = shots(4, 60)
        await world.store.write(lambda w: keep(w, more, name="aside"))
        await world.store.write(lambda w: sessions.put(w, session([*shots(60), *more])))
        made, kept = await told(world)
        again = [each.key for each in made if isinstance(each, PartTold)]
        assert 0 < len(again) <= 2
        assert not set(again) & set(first)
        assert (kept.version, kept.rung) == (2, SessionRung.MODEL)
        job = await world.store.write(lambda w: telling.wanted(w, "session-1", "none"))
        assert job is None

    telling_world(tmp_path, body, seen=shots(60), context=1760)


def test_notes_that_are_too_many_are_summed_up_first(tmp_path):
    async def body(world):
        tries, layers = world.performer._try._tellings, set()
        job = await world.store.write(lambda w: telling.wanted(w, "session-1", "j1"))
        while job is not None:
            asked = await tries._next("session-1", "llama")
            layers.add((asked.role.NAME, "part of the session" in asked.material))
            made, then = await step(world, job)
            job = then[0] if then else None
        assert layers == {("session_part", False), ("session_part", True), ("session_whole", True)}
        assert isinstance(made.step, WholeTold)
        kept = await world.store.read(lambda cx: sessions.get(cx, "session-1"))
        assert kept.rung is SessionRung.MODEL
        ends = 0
        for each in kept.told.steps:
            assert max(ends, kept.start_ms) <= each.start_ms <= each.end_ms <= kept.end_ms
            ends = each.end_ms

    telling_world(tmp_path, body, seen=shots(150), context=1700)


@pytest.mark.parametrize("state", [SessionState.OPEN, SessionState.WITHDRAWN])
def test_a_session_that_goes_on_or_is_gone_meanwhile_is_left_alone(tmp_path, state):
    async def body(world):
        job = await world.store.write(lambda w: telling.wanted(w, "session-1", "j1"))
        await world.store.write(lambda w: sessions.put(w, session(shots(), state=state)))
        made, then = await step(world, job)
        assert (made.step, made.outcome, then) == (None, None, ())
        assert await world.calls("llama") == []
        assert (await world.stored(job)).state is JobState.DONE

    telling_world(tmp_path, body)


def test_a_context_too_small_for_anything_is_said_to_be_so(tmp_path):
    async def body(world):
        job = await world.store.write(lambda w: telling.wanted(w, "session-1", "j1"))
        refused = await world.done(do.StartInference(job, "llama"), was.JobRefused)
        assert (refused.code, "set a larger one" in refused.detail) == ("context_overflow", True)

    telling_world(tmp_path, body, context=1100)


@pytest.mark.models
def test_a_model_of_text_alone_answers_through_llama_cpp_under_its_schema(tmp_path):
    said = {"before": "one thing", "after": "other thing", "another_begins": True}
    reply = json.dumps(said, separators=(",", ":"))
    seen = shots(2)

    async def main():
        file = tiny_models.byte_text_model(tmp_path / "tiny.gguf", reply=reply)
        model = ModelConfig(file=file, role="session", context=4096, max_output_tokens=64, threads=1)
        async with performing(
            tmp_path, Config(models={"llama": model}, ocr=OcrConfig(engine="none"))
        ) as world:
            await world.load("llama")
            doubts = (Doubt("s0001", seen[1].at_ms, 0.4),)
            await world.store.write(lambda w: keep(w, seen, doubts=doubts))
            job = await world.store.write(lambda w: telling.wanted(w, "session-1", "j1"))
            made, (following,) = await step(world, job)
            assert (made.step.shot, made.step.begins, following.session) == ("s0001", True, "session-1")
            (call,) = await world.calls("llama")
            assert (call.outcome, call.encoded, call.reused) == ("ok", 0, 0)
            assert call.prompt_tokens > len(session_boundary.INSTRUCTIONS) // 2
            assert call.forced_tokens, "the reply is held to its schema"
            assert (
                await world.done(do.ProbeModel("llama", "session", reply=False), was.ModelProbed)
            ).code == ""

    asyncio.run(main())


@pytest.mark.parametrize("sound", [True, False])
def test_a_probe_of_replies_is_a_rehearsal_without_a_picture(tmp_path, sound):
    async def body(world):
        probed = await world.done(do.ProbeModel("llama", "session", reply=True), was.ModelProbed)
        assert probed.code == ("" if sound else "malformed")

    telling_world(tmp_path, body, *([] if sound else ["{}"]))
