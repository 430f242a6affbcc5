"""How a model comes to tell what a session was: the next step, found and made.

Rules of this file: a step is one reply at most, and is found anew for every job, from what the store has:
first a boundary in doubt without an answer, then the first part without a note, then the session itself.
Parts are as large as the model's context allows, counted in its own tokens. Nothing is committed here.
"""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import ModuleType

import msgspec

from glimpsed.calls import Recording, sample
from glimpsed.config import Config
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.breaker import Outcome
from glimpsed.core.errors import ModelError
from glimpsed.core.events import Event
from glimpsed.core.predict import Sample
from glimpsed.core.refusals import OUTCOMES
from glimpsed.core.roles import session_boundary, session_part, session_whole
from glimpsed.core.roles.excerpt import quoted
from glimpsed.core.sessions import notes
from glimpsed.core.sessions.checking import checked_part, checked_whole
from glimpsed.core.sessions.chunks import key, parted
from glimpsed.core.sessions.evidence import Evidence
from glimpsed.core.sessions.material import Entry, clock, entries, shortened
from glimpsed.core.sessions.model import Doubt, Session, SessionState, Sighting
from glimpsed.core.sessions.settings import HOUR_MS
from glimpsed.core.sessions.told import (
    Judged,
    Note,
    Objected,
    PartTold,
    Refused,
    SessionStep,
    WholeTold,
)
from glimpsed.engine.slot import InferenceReply, InferenceRequest, Slot
from glimpsed.store import sessions, sightings, telling
from glimpsed.store.db import Database

SPARE_TOKENS = 320
"""Tokens of a prompt that are left for what was wrong with a reply before, and for what joins texts."""

LEAST_TOKENS = 256
"""Tokens of material with which a model can be told anything at all."""

AROUND_MS = HOUR_MS // 2
"""How far on both sides of a boundary in doubt there is anything to say about it."""

NOT_TAKEN = frozenset({"malformed", "reply_cut"})
"""Codes of replies that came and are of no use; what was wrong with one is said to the model once."""

_REHEARSED = ("[09:00-09:20] Text Editor; title: notes.txt", "  A list of three things to do")


class Asked(msgspec.Struct, frozen=True):
    """A prompt, and what a reply to it comes to. Making it raises `ModelError` with code `malformed`.

    `key` says which prompt it is, `wrong` what was wrong with the reply before, if there was one. `rest` is
    what rules have, which stands where a second reply is not taken either.
    """

    role: ModuleType
    material: str
    question: str
    key: str
    wrong: str
    made: Callable[[str], SessionStep | Refused]
    rest: SessionStep

    def step(self, made: SessionStep | Refused) -> SessionStep:
        """The step that a reply comes to, taken or not."""
        if not isinstance(made, Refused):
            return made
        return self.rest if self.wrong else Objected(self.key, made.why)


class Tellings:
    """The steps of what is told of sessions."""

    def __init__(self, config: Config, store: Database, slots: dict[str, Slot]) -> None:
        """`slots` by model name."""
        self._config = config
        self._store = store
        self._slots = slots
        self._counted: dict[str, dict[str, int]] = {}
        self._seen: tuple[tuple[str, int], list[Sighting], list[Entry]] | None = None

    async def attempt(self, effect: do.StartInference) -> Event:
        """Make the next step of a job's session, by a loaded model. Raises as any attempt does."""
        job, model = effect.job, effect.model
        todo = await self._next(job.session or "", model)
        if not isinstance(todo, Asked):
            return was.SessionStepMade(job.id, todo, model)
        request = self._request(model, todo.role, todo.material, todo.question)
        request = msgspec.structs.replace(request, deadline_s=effect.deadline_s)
        made_for = Recording(
            self._store,
            model,
            todo.role.ROLE,
            effect.device,
            job,
            waited_s=effect.waited_s,
            request=request,
            prompt_version=todo.role.PROMPT_VERSION,
        )
        made, outcome, took = await self._made(todo, model, request, made_for)
        step = todo.step(made)
        if isinstance(step, WholeTold):
            self._seen, self._counted = None, {}
        return was.SessionStepMade(job.id, step, model, outcome, took)

    async def _made(
        self, todo: Asked, model: str, request: InferenceRequest, made_for: Recording
    ) -> tuple[SessionStep | Refused, Outcome, Sample | None]:
        """What a reply comes to, what that says of the model, and what it took if it was well-formed."""
        try:
            async with made_for as call:
                reply = await self._slots[model].run(request)
                call.answered(reply)
                require_whole(reply)
                made = await asyncio.to_thread(todo.made, reply.text)
        except ModelError as error:  # not within the recording, which says how it ended
            if error.code not in NOT_TAKEN:
                raise
            return Refused(f"{error.detail}."), OUTCOMES[error.code], None
        return made, "ok", sample(reply)

    async def rehearse(self, model: str, call: Recording) -> None:
        """Have a model tell of a part that is built-in, validly. Raises as an attempt does."""
        question = session_part.question("09:00", "09:20")
        request = self._request(model, session_part, quoted(_REHEARSED), question)
        call.asked(request)
        reply = await self._slots[model].run(request)
        call.answered(reply)
        require_whole(reply)
        session_part.parse(reply.text)

    def _request(self, model: str, role: ModuleType, material: str, question: str) -> InferenceRequest:
        return InferenceRequest(
            system=role.INSTRUCTIONS,
            image=None,
            excerpt=material,
            question=question,
            schema=role.SCHEMA,
            max_tokens=self._config.models[model].max_output_tokens,
        )

    # -- what is next

    async def _next(self, session_id: str, model: str) -> Asked | SessionStep | None:
        """A prompt, a step for which none is needed, or nothing when all is said."""
        session = await self._store.read(lambda cx: sessions.get(cx, session_id))
        if session is None or session.state is not SessionState.CLOSED:
            return None
        if await self._store.read(lambda cx: telling.is_tried(cx, session)):
            return None
        for doubt in session.doubts:
            if not await self._store.read(partial(telling.is_judged, shot=doubt.shot)):
                return await self._boundary(doubt, model)
        seen, looks = await self._material(session)
        if not looks:
            return WholeTold(_name(session, model), session.id, session.version, None, "")
        return await self._of_session(session, seen, looks, model)

    async def _material(self, session: Session) -> tuple[list[Sighting], list[Entry]]:
        """The sightings of a session and its looks, which are the same for all its steps."""
        known = (session.id, session.version)
        if self._seen is None or self._seen[0] != known:
            seen = await self._store.read(lambda cx: sightings.within(cx, session.first, session.last))
            self._seen = known, seen, await asyncio.to_thread(entries, seen)
        return self._seen[1], self._seen[2]

    async def _of_session(
        self, session: Session, seen: list[Sighting], looks: list[Entry], model: str
    ) -> Asked | SessionStep:
        """The first part that has no note; once all have one, the same of the notes, until they are few."""
        room = await self._room(model, session_part)
        layer, tokens = await self._fitting(looks, model, room)
        by_shot = {each.shot: each for each in seen}
        below: list[Note] = []  # of the looks
        known: list[Note] = []  # of the layer
        while True:
            parts = parted(layer, tokens, room)
            if known and len(parts) == len(layer) > 1:
                raise ModelError("context_overflow", "the context is too small for the notes on a session")
            names = [_key(session_part, model, [layer[at] for at in part]) for part in parts]
            found = await self._store.read(partial(telling.notes, keys=names))
            for part, name in zip(parts, names, strict=True):
                if name not in found:
                    rest = (
                        notes.together(known[at] for at in part)
                        if known
                        else notes.by_rules((layer[at] for at in part), by_shot)
                    )
                    return await self._part(name, [layer[at] for at in part], seen, rest)
            known = [found[name] for name in names]
            below = below or known
            layer = [
                notes.entry(name, note, layer[part[0]].start_ms, layer[part[-1]].end_ms, _clock(seen))
                for name, note, part in zip(names, known, parts, strict=True)
            ]
            layer, tokens = await self._fitting(layer, model, room)
            if sum(tokens) <= await self._room(model, session_whole):
                return await self._whole(session, seen, layer, below, model)

    # -- the three prompts

    async def _part(self, name: str, looks: list[Entry], seen: list[Sighting], rest: Note) -> Asked:
        """What was done in a part; `rest` is what rules say of it."""
        wrong = await self._store.read(partial(telling.objection, key=name))
        start_ms, end_ms = looks[0].start_ms, looks[-1].end_ms
        times = [each.at_ms for each in seen]
        within = seen[bisect_left(times, start_ms) : bisect_right(times, end_ms)]

        told = partial(PartTold, name, prompt_version=session_part.PROMPT_VERSION)

        def made(reply: str) -> SessionStep | Refused:
            said = session_part.parse(reply)
            note = checked_part(said, Evidence(within, end_ms=end_ms), last=bool(wrong))
            return note if isinstance(note, Refused) else told(note)

        at = _clock(seen)
        question = session_part.question(at(start_ms), at(end_ms), wrong)
        quotes = quoted(line for look in looks for line in look.lines)
        return Asked(session_part, quotes, question, name, wrong, made, told(rest))

    async def _whole(
        self, session: Session, seen: list[Sighting], layer: list[Entry], below: list[Note], model: str
    ) -> Asked:
        """What the session was, from notes on its parts."""
        name = _name(session, model)
        wrong = await self._store.read(partial(telling.objection, key=name))
        version = session_whole.PROMPT_VERSION
        told = partial(WholeTold, name, session.id, session.version, prompt_version=version)

        def made(reply: str) -> SessionStep | Refused:
            evidence = Evidence(seen, end_ms=session.end_ms, active_ms=session.active_ms)
            said = checked_whole(session_whole.parse(reply), evidence, below, session.outline.workflow)
            if isinstance(said, Refused):
                return said
            return told(msgspec.structs.replace(said, model=model, prompt_version=version))

        at = _clock(seen)
        question = session_whole.question(at(layer[0].start_ms), at(layer[-1].end_ms), wrong)
        quotes = quoted(line for note in layer for line in note.lines)
        return Asked(session_whole, quotes, question, name, wrong, made, told(None))

    async def _boundary(self, doubt: Doubt, model: str) -> Asked | SessionStep:
        """Whether a session begins where rules are in doubt, by what is next to it on both sides."""
        bounds = doubt.at_ms - AROUND_MS, doubt.at_ms + AROUND_MS
        seen = await self._store.read(lambda cx: sightings.between(cx, *bounds))
        looks = await asyncio.to_thread(entries, seen)
        judged = partial(Judged, doubt.shot, doubt.at_ms, confidence=doubt.confidence)
        as_rules = doubt.confidence >= 0.5  # noqa: PLR2004 - as rules have it
        before = [look for look in looks if (look.start_ms, look.name) < (doubt.at_ms, doubt.shot)]
        after = looks[len(before) :]
        if not before or not after:
            return judged(begins=as_rules)  # there is nothing to ask
        room = await self._room(model, session_boundary) // 2
        left = await self._nearest(before[::-1], model, room)
        right = await self._nearest(after, model, room)
        name = _key(session_boundary, model, [*left, *right])
        wrong = await self._store.read(partial(telling.objection, key=name))

        def made(reply: str) -> SessionStep:
            begins = session_boundary.parse(reply).begins
            return judged(begins=begins, prompt_version=session_boundary.PROMPT_VERSION, key=name)

        quotes = session_boundary.material(
            (line for look in left[::-1] for line in look.lines),
            (line for look in right for line in look.lines),
            earlier=len(left) < len(before),
            later=len(right) < len(after),
        )
        question = session_boundary.question(_clock(seen)(doubt.at_ms), wrong)
        rest = judged(begins=as_rules, key=name)
        return Asked(session_boundary, quotes, question, name, wrong, made, rest)

    # -- what fits

    async def _room(self, model: str, role: ModuleType) -> int:
        """Tokens that the material of a prompt may take. Raises `ModelError` when that is next to nothing."""
        question = role.question("00:00") if role is session_boundary else role.question("00:00", "00:00")
        count = await self._slots[model].count([role.INSTRUCTIONS, quoted(["x"]), question])
        answer = self._config.models[model].max_output_tokens
        room = count.context - count.frame - sum(count.tokens) - answer - SPARE_TOKENS
        room -= room // 32  # texts that are joined may take a few tokens more than each by itself
        if room < LEAST_TOKENS:
            detail = f"a context of {count.context} tokens is too small for sessions: set a larger one"
            raise ModelError("context_overflow", detail)
        return room

    async def _fitting(self, looks: Sequence[Entry], model: str, room: int) -> tuple[list[Entry], list[int]]:
        """Entries none of which is larger than a part may be, and the tokens of each."""
        fitting = list(looks)
        tokens = await self._tokens([_text(look.lines) for look in fitting], model)
        for at in [at for at, each in enumerate(tokens) if each > room]:
            lines = await self._tokens([_text([line]) for line in fitting[at].lines], model)
            fitting[at] = shortened(fitting[at], lines, room)
            (tokens[at],) = await self._tokens([_text(fitting[at].lines)], model)
        return fitting, tokens

    async def _nearest(self, looks: Sequence[Entry], model: str, room: int) -> list[Entry]:
        """The first of these that fit; at least one."""
        fitting, tokens = await self._fitting(looks, model, room)
        kept: list[Entry] = []
        for look, each in zip(fitting, tokens, strict=True):
            room -= each
            if room < 0:
                break
            kept.append(look)
        return kept

    async def _tokens(self, texts: Sequence[str], model: str) -> list[int]:
        """Tokens of each text; those that were counted for the session before are not counted again."""
        if model not in self._counted or len(self._counted[model]) > _MOST_COUNTED:
            self._counted = {model: {}}
        known = self._counted[model]
        names = [key(text) for text in texts]
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
        for batch in _batches(list(missing)):
            count = await self._slots[model].count([missing[name] for name in batch])
            known |= zip(batch, count.tokens, strict=True)
        return [known[name] for name in names]


def require_whole(reply: InferenceReply) -> None:
    """Raise `ModelError` with code `reply_cut` for a reply that did not come to its end."""
    if reply.finish == "length":
        most = reply.counts.output_tokens
        raise ModelError("reply_cut", f"the reply was too long: it was cut at the limit of {most} tokens")


_MOST_COUNTED = 50_000
"""Texts of which it is known how many tokens they are."""


_BATCH = 200
"""Texts that are counted at once: what they take is far from what a message to a child may."""


def _batches(names: list[str]) -> Iterator[list[str]]:
    return (names[start : start + _BATCH] for start in range(0, len(names), _BATCH))


def _text(lines: Sequence[str]) -> str:
    """Lines as a prompt has them, with the break after each."""
    return "".join(f"| {line}\n" for line in lines)


def _key(role: ModuleType, model: str, looks: Sequence[Entry]) -> str:
    return key(role.PROMPT_VERSION, model, *(line for look in looks for line in look.lines))


def _name(session: Session, model: str) -> str:
    """What stands for the prompt about a whole session where something was wrong with the reply."""
    return key(session_whole.PROMPT_VERSION, model, session.id, str(session.version))


def _clock(seen: Sequence[Sighting]) -> Callable[[int], str]:
    """Says what the clock on the wall showed, by the shot at that time or the last before it."""
    times = [each.at_ms for each in seen]
    return lambda ms: clock(ms, seen[max(0, bisect_right(times, ms) - 1)].offset_s)
