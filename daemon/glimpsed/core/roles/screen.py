"""The role that describes a screenshot: picture in, `Description` out.

Rules of this file: pure. The schema is closed by the enumerations of `core.model`; its limits are the
parser's. The excerpt's frame is part of the prompt, so it counts for `PROMPT_VERSION`.
"""

import json
import math
from typing import Any, TypeVar

from glimpsed.core.errors import ModelError
from glimpsed.core.model import Activity, ApplicationType, Description, Entity, EntityKind
from glimpsed.core.roles.excerpt import INTRODUCTION, excerpt, one_line
from glimpsed.core.roles.version import prompt_version

__all__ = ["INSTRUCTIONS", "NAME", "PROMPT_VERSION", "QUESTION", "SCHEMA", "excerpt", "parse"]

NAME = "screen"

MAX_CHARS = {"application": 60, "window_title": 160, "task": 160, "summary": 400}
MAX_ENTITIES = 8
MAX_ENTITY_CHARS = 120


def _text(limit: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": limit}


def _one_of(kind: type[ApplicationType | Activity | EntityKind]) -> dict[str, Any]:
    return {"type": "string", "enum": [member.value for member in kind]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMA: dict[str, Any] = _object(
    {
        "application": _text(MAX_CHARS["application"]),
        "application_type": _one_of(ApplicationType),
        "window_title": _text(MAX_CHARS["window_title"]),
        "activity": _one_of(Activity),
        "task": _text(MAX_CHARS["task"]),
        "summary": _text(MAX_CHARS["summary"]),
        "entities": {
            "type": "array",
            "maxItems": MAX_ENTITIES,
            "items": _object({"kind": _one_of(EntityKind), "text": _text(MAX_ENTITY_CHARS)}),
        },
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    }
)
"""What a reply must be; properties in the order of `Description`, which is the order of writing, too."""

INSTRUCTIONS = f"""\
You are an expert in user interfaces. You are shown one screenshot of a person's computer and describe what \
the person was doing, for a private log of their own work. Reply with one JSON object and nothing else.

Say only what the screenshot shows. Where something cannot be seen, use "" for a text, [] for entities and \
"unknown" for a type or an activity; "other" is for what is visible but fits nothing in the list. When \
several windows are open, describe the one in front, with the focus.

application: the program's common name, such as "LibreOffice Calc" or "Firefox", not the document's.
application_type: the kind of that program. A web application in a browser is what it is for (mail is email, \
a chat is chat); any other page is web_browser. system is the desktop itself: launchers, locks, notifications.
window_title: the text of that window's title bar, as written.
activity: what the person does. coding changes source code, debugging looks for a fault in it, code_review \
judges somebody's change, running_commands works in a shell, reading takes in a text, research gathers from \
several sources, data_analysis works on tables and charts, configuration changes settings, administration \
keeps systems running, idle is a desktop on which nothing happens.
task: one line on what is being worked on, naming the file, page or subject.
summary: two or three plain sentences on what is visible and what state it is in.
entities: at most {MAX_ENTITIES} things the screen names that would help to find it again, as written: \
files, URLs, commands, repositories, documents, people, organizations, e-mail addresses, errors, dates.
confidence: 0 to 1, how sure you are of application and activity together.

The object follows this JSON schema:
{json.dumps(SCHEMA, separators=(",", ":"))}
"""

QUESTION = "Describe this screenshot as the JSON object."

PROMPT_VERSION = prompt_version(NAME, 1, INSTRUCTIONS, json.dumps(SCHEMA), INTRODUCTION, QUESTION)


def parse(reply: str) -> Description:
    """Read a reply made under `SCHEMA`. Raises `ModelError` with code `malformed`, without quoting it."""
    try:
        # A grammar lets raw control characters into strings, and numbers that overflow to infinity.
        return _description(json.loads(reply, strict=False, parse_constant=_no_number))
    except (ValueError, RecursionError) as error:
        # A decoder's message quotes positions alone, ours name fields; neither carries the reply.
        where = error.args[0] if isinstance(error, _ShapeError) else type(error).__name__
        raise ModelError("malformed", f"the reply is not a description: {where}") from None


class _ShapeError(ValueError):
    """Names the field that is not as the schema says."""


def _no_number(_: str) -> float:
    raise _ShapeError("a number is not finite")


def _description(value: Any) -> Description:
    fields = _fields(value, SCHEMA, "the reply")
    return Description(
        application=_string(fields, "application", MAX_CHARS["application"]),
        application_type=_member(fields, "application_type", ApplicationType),
        window_title=_string(fields, "window_title", MAX_CHARS["window_title"]),
        activity=_member(fields, "activity", Activity),
        task=_string(fields, "task", MAX_CHARS["task"]),
        summary=_string(fields, "summary", MAX_CHARS["summary"]),
        entities=_entities(fields["entities"]),
        confidence=_share(fields["confidence"]),
    )


def _fields(value: Any, schema: dict[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _ShapeError(f"{name} is not an object")
    if value.keys() != schema["properties"].keys():
        raise _ShapeError(f"{name} has other fields than the schema")
    return value


def _string(fields: dict[str, Any], name: str, limit: int) -> str:
    value = fields[name]
    if not isinstance(value, str) or len(value) > limit:
        raise _ShapeError(f"{name} is not a text of at most {limit} characters")
    # JSON can write half of a surrogate pair, which nothing can store; it goes the way of control characters.
    return one_line(value, limit)


_Member = TypeVar("_Member", ApplicationType, Activity, EntityKind)


def _member(fields: dict[str, Any], name: str, kind: type[_Member]) -> _Member:
    try:
        return kind(fields[name])
    except ValueError:
        raise _ShapeError(f"{name} is none of the known ones") from None


def _entities(value: Any) -> tuple[Entity, ...]:
    if not isinstance(value, list) or len(value) > MAX_ENTITIES:
        raise _ShapeError(f"entities is not a list of at most {MAX_ENTITIES}")
    found = []
    for item in value:
        fields = _fields(item, SCHEMA["properties"]["entities"]["items"], "an entity")
        entity = Entity(_member(fields, "kind", EntityKind), _string(fields, "text", MAX_ENTITY_CHARS))
        if entity.text and entity not in found:
            found.append(entity)
    return tuple(found)


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _ShapeError("confidence is not a number")
    if not (math.isfinite(value) and 0 <= value <= 1):
        raise _ShapeError("confidence is not within 0 and 1")
    return float(value)
