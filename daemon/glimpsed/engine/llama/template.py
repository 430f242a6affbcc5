"""Chat templates: where a model wants instructions, the person's part, and its own answer.

Rules of this file: the model's own template from its GGUF file, rendered once with marks in place of the
texts and cut at the marks. So what surrounds the texts is known before any text is, control words of the
template are tokenized as such and those in a text are not. No clock: a template that asks for the date gets
none. Templates are strangers' programs: they run in Jinja's sandbox.
"""

import re
from typing import Any

import jinja2
import jinja2.ext
import msgspec
from jinja2.sandbox import ImmutableSandboxedEnvironment

from glimpsed.core.errors import ModelError

LLAMA_3 = (
    "{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    " + message['content'] + '<|eot_id|>' }}{% endfor %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
)
"""Meta's format for Llama 3, for files that have its control words and no template."""

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] }}"
    "{{ '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}"
)
"""The format of Qwen and of most MiniCPM-V, for files that have its control words and no template."""

_KNOWN = (("<|start_header_id|>", LLAMA_3), ("<|im_start|>", CHATML))
_SYSTEM, _USER = "\ue000system\ue001", "\ue000user\ue001"
_SPLIT = re.compile(f"{_SYSTEM}|{_USER}")


class Template(msgspec.Struct, frozen=True):
    """The literal text before the instructions, between them and the person's part, and after that."""

    before: str
    between: str
    after: str
    origin: str
    """Where it is from, for a person."""


def template_of(source: str | None, vocabulary: frozenset[str] | set[str], *, bos: str, eos: str) -> Template:
    """The template in `source`, or the one that the control words in `vocabulary` call for.

    `bos` and `eos` are the texts of those tokens. Raises `ModelError` with code `no_template` when there is
    none, or it does not show what it is given.
    """
    if source:
        return _cut(source, "from the file", bos=bos, eos=eos)
    for word, known in _KNOWN:
        if word in vocabulary:
            return _cut(known, f"for files with {word}", bos=bos, eos=eos)
    raise ModelError("no_template", "the file has no chat template, and its control words tell none")


def _cut(source: str, origin: str, *, bos: str, eos: str) -> Template:
    separate = [_message("system", _SYSTEM), _message("user", _USER)]
    joined = [_message("user", f"{_SYSTEM}\n\n{_USER}")]  # some models know no instructions of their own
    for messages in (separate, joined):
        parts = _SPLIT.split(_rendered(source, messages, bos=bos, eos=eos) or "")
        if len(parts) == 3:  # noqa: PLR2004 - each mark once, in this order
            return Template(parts[0], parts[1], parts[2], origin)
    raise ModelError("no_template", "the file's chat template cannot be used")


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def _rendered(source: str, messages: list[dict[str, str]], *, bos: str, eos: str) -> str | None:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols]
    )
    environment.globals["raise_exception"] = _refuse
    given: dict[str, Any] = {"bos_token": bos, "eos_token": eos, "add_generation_prompt": True}
    try:
        # Models that can think aloud are asked not to: a schema leaves no room for it.
        return environment.from_string(source).render(messages=messages, enable_thinking=False, **given)
    except Exception:  # noqa: BLE001 - whatever a stranger's program does, it is no template for us
        return None


def _refuse(message: str) -> str:
    raise jinja2.TemplateError(message)
