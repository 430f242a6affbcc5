"""The role that says what a session was: notes on its parts in, `WholeSaid` out.

Rules of this file: pure. The notes are quoted line by line, since what they say came from screens. The
schema bounds every text and list; the parser has the same bounds.
"""

import json
from typing import Any

from glimpsed.core.roles.excerpt import INTRODUCTION, quoted
from glimpsed.core.roles.reply import (
    fields,
    items,
    list_of,
    member,
    object_of,
    one_of,
    read,
    string,
    text_of,
)
from glimpsed.core.roles.session_frame import AGAIN, PROSE, once_more
from glimpsed.core.roles.version import prompt_version
from glimpsed.core.sessions.model import Workflow
from glimpsed.core.sessions.told import WholeSaid

__all__ = ["INSTRUCTIONS", "NAME", "PROMPT_VERSION", "ROLE", "SCHEMA", "TOLD", "parse", "question", "quoted"]

NAME = "session_whole"
ROLE = "session"

MAX_CHARS = {"summary": 420, "title": 72, "efficiency": 140}
MAX_ACTIVITIES, MAX_ACTIVITY_CHARS = 4, 36
MAX_TASKS, MAX_TASK_CHARS = 5, 72
MAX_RECOMMENDATIONS, MAX_RECOMMENDATION_CHARS = 2, 110
"""A reply of English that fills all of these takes about 460 tokens, so the default limit of 512 holds it."""

SCHEMA: dict[str, Any] = object_of(
    {
        "summary": text_of(MAX_CHARS["summary"]),
        "title": text_of(MAX_CHARS["title"]),
        "workflow": one_of(Workflow),
        "activities": list_of(text_of(MAX_ACTIVITY_CHARS), MAX_ACTIVITIES),
        "tasks": list_of(text_of(MAX_TASK_CHARS), MAX_TASKS),
        "efficiency": text_of(MAX_CHARS["efficiency"]),
        "recommendations": list_of(text_of(MAX_RECOMMENDATION_CHARS), MAX_RECOMMENDATIONS),
    }
)
"""What a reply must be; the summary comes first, since all else follows from it."""

INSTRUCTIONS = f"""\
You are an expert analyst of computer work. You are given notes on the parts of one session of work at a \
person's own computer, made from its screenshots, and sum up the session for that person's private log of \
their work. Reply with one JSON object and nothing else.

The material, in order of time: a line with times in brackets begins a note on the part from when to when; \
the indented lines below it say what was done in it, step by step, and which tasks that belongs to.

{PROSE}
Fields:
summary: two to four short plain sentences on the session as a whole: what it was about, the main things \
that were done, in their order, and where the work stood at the end. What took longest comes first.
title: a few words by which this session is told from others of the same kind, with the project, document \
or subject by name; no application, no time, no full stop.
workflow: coding makes or mends software; research reads and gathers from sources; meeting is a call; \
content_creation writes or designs for others to read or see; communication is mail and chat; \
administration is tables, forms, planning, files, settings and systems; mixed if none of these took most of \
the time.
activities: up to {MAX_ACTIVITIES} kinds of activity, those that took longest first, two or three words \
each, such as "debugging the parser".
tasks: up to {MAX_TASKS} pieces of work that were taken up, each named so that it would be known again on \
another day; the same work is one task, however often it was taken up. [] if nothing tells.
efficiency: one sentence on what plainly sped the work up or held it up, such as an error that came again \
and again or much going to and fro; "" if the material shows nothing of that kind.
recommendations: up to {MAX_RECOMMENDATIONS} short sentences, each on what would have saved time or trouble \
here, following from the material alone; [] if there is none. Most sessions have none.

The object follows this JSON schema:
{json.dumps(SCHEMA, separators=(",", ":"))}
"""

_CLOSING = "Sum up the session from {} to {} as the JSON object. Say what the material shows."


def question(start: str, end: str, wrong: str = "") -> str:
    """What stands last in the prompt: the bounds as `HH:MM`, and what was `wrong` with the reply before."""
    return once_more(wrong) + _CLOSING.format(start, end)


TOLD = (INSTRUCTIONS, INTRODUCTION, AGAIN, _CLOSING)
"""All that a prompt of this role can say, but for what it quotes, times, and what was wrong before."""

PROMPT_VERSION = prompt_version(NAME, 1, *TOLD)


def parse(reply: str) -> WholeSaid:
    """Read a reply made under `SCHEMA`. Raises `ModelError` with code `malformed`."""
    return read(reply, "an account of a session", _whole)


def _whole(value: Any) -> WholeSaid:
    found = fields(value, SCHEMA, "the reply")
    text = {name: string(found[name], name, limit) for name, limit in MAX_CHARS.items()}
    return WholeSaid(
        summary=text["summary"],
        title=text["title"],
        workflow=member(found["workflow"], "workflow", Workflow),
        activities=_texts(found, "activities", MAX_ACTIVITIES, MAX_ACTIVITY_CHARS),
        tasks=_texts(found, "tasks", MAX_TASKS, MAX_TASK_CHARS),
        efficiency=text["efficiency"],
        recommendations=_texts(found, "recommendations", MAX_RECOMMENDATIONS, MAX_RECOMMENDATION_CHARS),
    )


def _texts(found: dict[str, Any], name: str, most: int, limit: int) -> tuple[str, ...]:
    said = (string(item, f"one of {name}", limit) for item in items(found, name, most))
    return tuple(dict.fromkeys(text for text in said if text))
