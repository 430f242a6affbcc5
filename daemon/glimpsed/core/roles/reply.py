"""Replies in JSON: parts of the schemas that they are made under, and their strict reading.

Rules of this file: pure. What a schema bounds the reading bounds, too. An error names the field that is wrong
and never quotes the reply.
"""

import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from glimpsed.core.errors import ModelError
from glimpsed.core.roles.excerpt import one_line

Read = TypeVar("Read")
Member = TypeVar("Member", bound=StrEnum)

_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"


class ShapeError(ValueError):
    """Names the field that is not as the schema says."""


def text_of(limit: int) -> dict[str, Any]:
    """Schema of a text of at most `limit` characters."""
    return {"type": "string", "maxLength": limit}


def one_of(kind: type[StrEnum]) -> dict[str, Any]:
    """Schema of one of the words of an enumeration."""
    return {"type": "string", "enum": [member.value for member in kind]}


def time_of() -> dict[str, Any]:
    """Schema of a time of day, `HH:MM`."""
    return {"type": "string", "pattern": f"^{_TIME}$"}


def list_of(items: dict[str, Any], most: int) -> dict[str, Any]:
    """Schema of a list of at most so many."""
    return {"type": "array", "maxItems": most, "items": items}


def object_of(properties: dict[str, Any]) -> dict[str, Any]:
    """Schema of an object that has these fields, in this order, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read(reply: str, what: str, make: Callable[[Any], Read]) -> Read:
    """What `make` makes of the JSON in `reply`; strict, so that what the schema forbids is refused.

    `make` raises `ShapeError`. Raises `ModelError` with code `malformed`, which does not quote the reply.
    """
    try:
        return make(json.loads(reply, parse_constant=_no_number, object_pairs_hook=_unique))
    except (ValueError, RecursionError) as error:
        # Ours name fields; a decoder's says where it stopped, which tells a model nothing.
        where = error.args[0] if isinstance(error, ShapeError) else "it cannot be read as JSON"
        raise ModelError("malformed", f"the reply is not {what}: {where}") from None


def fields(value: Any, schema: dict[str, Any], name: str) -> dict[str, Any]:
    """The object `value`, which has the fields of `schema`. Raises `ShapeError`."""
    if not isinstance(value, dict):
        raise ShapeError(f"{name} is not an object")
    if value.keys() != schema["properties"].keys():
        raise ShapeError(f"{name} has other fields than the schema")
    return value


def items(value: dict[str, Any], name: str, most: int) -> list[Any]:
    """The list in a field. Raises `ShapeError`."""
    found = value[name]
    if not isinstance(found, list) or len(found) > most:
        raise ShapeError(f"{name} is not a list of at most {most}")
    return found


def string(value: Any, name: str, limit: int) -> str:
    """A text of at most `limit` characters, cleaned. Raises `ShapeError`."""
    if not isinstance(value, str) or len(value) > limit:
        raise ShapeError(f"{name} is not a text of at most {limit} characters")
    # An escape can stand for a control character, or for half of a surrogate pair, which nothing can store.
    return one_line(value, limit)


def time(value: Any, name: str) -> str:
    """A time of day, `HH:MM`. Raises `ShapeError`."""
    if not isinstance(value, str) or not re.fullmatch(_TIME, value):
        raise ShapeError(f"{name} is not a time")
    return value


def member(value: Any, name: str, kind: type[Member]) -> Member:
    """One of the words of an enumeration. Raises `ShapeError`."""
    try:
        return kind(value)
    except ValueError:
        raise ShapeError(f"{name} is none of the known ones") from None


def _no_number(_: str) -> float:
    raise ShapeError("a number is not finite")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ShapeError("an object has a field twice")
    return found
