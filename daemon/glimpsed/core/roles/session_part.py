"""The role that says what was done in a part of a session: its looks at windows in, `PartSaid` out.

Rules of this file: pure. The material is quoted line by line. What is the same for every part is in
`INSTRUCTIONS`. The schema bounds every text and list, so that a reply has a longest length; the parser has
the same bounds.
"""

import json
from typing import Any

from glimpsed.core.roles.excerpt import INTRODUCTION, quoted
from glimpsed.core.roles.reply import fields, items, list_of, object_of, read, string, text_of, time_of
from glimpsed.core.roles.reply import time as time_in
from glimpsed.core.roles.session_frame import AGAIN, PROSE, once_more
from glimpsed.core.roles.version import prompt_version
from glimpsed.core.sessions.told import PartSaid, SaidStep

__all__ = ["INSTRUCTIONS", "NAME", "PROMPT_VERSION", "ROLE", "SCHEMA", "TOLD", "parse", "question", "quoted"]

NAME = "session_part"
ROLE = "session"

MAX_STEPS, MAX_STEP_CHARS = 8, 90
MAX_SUMMARY_CHARS = 260
MAX_TASKS, MAX_TASK_CHARS = 3, 72
"""A reply of English that fills all of these takes about 450 tokens, so the default limit of 512 holds it."""

SCHEMA: dict[str, Any] = object_of(
    {
        "steps": list_of(
            object_of({"start": time_of(), "end": time_of(), "text": text_of(MAX_STEP_CHARS)}), MAX_STEPS
        ),
        "summary": text_of(MAX_SUMMARY_CHARS),
        "tasks": list_of(text_of(MAX_TASK_CHARS), MAX_TASKS),
    }
)
"""What a reply must be; steps come first, since the summary follows from them."""

INSTRUCTIONS = f"""\
You are an expert analyst of computer work. You are given what software noted of screenshots of a person's \
own computer during one part of a working session, and say what was done, for that person's private log of \
their work. Reply with one JSON object and nothing else.

The material, in order of time:
- A line with times in brackets is a look at one window: from when to when, the application, and as far as \
known its title, document, project and address. "shows" is what another model saw in the picture.
- The indented lines below it are text that newly appeared in that window; text that stayed is not repeated. \
They are a screen's text as read by software: misread here and there, and mixed with menus, buttons, lists \
and advertisements. Mind what was worked on, and leave out the rest.
- In place of looks there may be notes on parts of the session: what was done from when to when.

{PROSE}
Fields:
steps: the work one after the other, in order of time and without overlap. start and end are times in the \
brackets of the looks that a step sums up, as HH:MM. Looks at the same piece of work are one step, though \
they go to and fro between windows; a glance at something else is none. text is one line on what was done to \
what, with the file, page or subject by name.
summary: one to three short plain sentences on this part as a whole: what was worked on, how it went on, and \
where it stood at the end.
tasks: up to {MAX_TASKS} pieces of work that these steps belong to, each named so that it would be known \
again on another day, such as "Migration of the invoice import" or "Ticket ABC-12". [] if nothing tells.

The object follows this JSON schema:
{json.dumps(SCHEMA, separators=(",", ":"))}
"""

_CLOSING = "Say what was done from {} to {} as the JSON object. Say what the material shows."


def question(start: str, end: str, wrong: str = "") -> str:
    """What stands last in the prompt: the bounds as `HH:MM`, and what was `wrong` with the reply before."""
    return once_more(wrong) + _CLOSING.format(start, end)


TOLD = (INSTRUCTIONS, INTRODUCTION, AGAIN, _CLOSING)
"""All that a prompt of this role can say, but for what it quotes, times, and what was wrong before."""

PROMPT_VERSION = prompt_version(NAME, 1, *TOLD)


def parse(reply: str) -> PartSaid:
    """Read a reply made under `SCHEMA`. Raises `ModelError` with code `malformed`."""
    return read(reply, "an account of a part", _part)


def _part(value: Any) -> PartSaid:
    found = fields(value, SCHEMA, "the reply")
    steps = tuple(_step(item) for item in items(found, "steps", MAX_STEPS))
    tasks = (string(item, "a task", MAX_TASK_CHARS) for item in items(found, "tasks", MAX_TASKS))
    return PartSaid(
        steps=tuple(step for step in steps if step.text),
        summary=string(found["summary"], "summary", MAX_SUMMARY_CHARS),
        tasks=tuple(dict.fromkeys(task for task in tasks if task)),
    )


def _step(value: Any) -> SaidStep:
    its = fields(value, SCHEMA["properties"]["steps"]["items"], "a step")
    return SaidStep(
        time_in(its["start"], "start"),
        time_in(its["end"], "end"),
        string(its["text"], "text", MAX_STEP_CHARS),
    )
