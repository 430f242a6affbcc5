"""Replies that a schema allows, in words of what was quoted: what a model could have said.

Rules of this file: pure; the same for the same. It knows the parts of schemas that prompts of this house are
made of, and one item is enough for a list.
"""

import json
import re
from typing import Any

_TIME = re.compile(r"\b\d\d:\d\d\b")
_QUOTE = "| "


def sample(schema: dict[str, Any], material: str) -> str:
    """A reply in JSON; texts are lines of the material, times its first and its last."""
    lines = [line.removeprefix(_QUOTE).strip() for line in material.split("\n") if line.startswith(_QUOTE)]
    said = [line for line in lines if line and not _TIME.search(line)] or [""]
    times = _TIME.findall("\n".join(lines)) or ["00:00"]
    return json.dumps(_sample(schema, said, times), ensure_ascii=False, separators=(",", ":"))


def _sample(schema: dict[str, Any], said: list[str], times: list[str]) -> Any:
    match schema.get("type"):
        case "object":
            made = {name: _sample(each, said, times) for name, each in schema["properties"].items()}
            return made | ({"end": times[-1]} if "end" in made else {})
        case "array":
            return [_sample(schema["items"], said, times)]
        case "boolean" | "number":
            return False if schema["type"] == "boolean" else schema.get("minimum", 0)
    one_of = schema.get("enum") or (times if "pattern" in schema else said)
    return one_of[0][: schema.get("maxLength")].strip()
