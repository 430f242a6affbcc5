"""Chat templates: where a model wants instructions, the person's part, and its own answer.

Rules of this file: the model's own template from its GGUF file, rendered once with marks in place of the
texts and cut at the marks. So what surrounds the texts is known before any text is, control words of the
template are tokenized as such and those in a text are not. No clock: a template that asks for the date always
gets the same. Templates are strangers' programs: they run in Jinja's sandbox, and one that does not end is
killed with the child, as any load that takes too long.
"""

import datetime as dt
import re
from typing import Any

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.parser
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
_PARTS = re.compile(f"(.*?){_SYSTEM}(.*?){_USER}(.*)", re.DOTALL)

_DATE = dt.date(2024, 7, 26)
"""Today, for templates: the day that Llama 3's take where nobody tells them."""

_THINKING = "<think>"

_REASON = 200
"""Characters of what a template's error says that a person is told."""


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


class _Generation(jinja2.ext.Extension):
    """Takes `{% generation %}`, which marks answers for training, for what it holds."""

    tags = {"generation"}  # noqa: RUF012 - as Jinja has it

    def parse(self, parser: jinja2.parser.Parser) -> list[jinja2.nodes.Node]:
        """The statements up to the end of the block."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _cut(source: str, origin: str, *, bos: str, eos: str) -> Template:
    separate = [("system", _SYSTEM), ("user", _USER)]
    joined = [("user", f"{_SYSTEM}\n\n{_USER}")]  # some models know no instructions of their own
    reasons = []
    for messages in (separate, joined):
        for as_list in (False, True):  # some take a row of parts where others take a text
            try:
                rendered = _rendered(source, messages, as_list=as_list, bos=bos, eos=eos)
            except Exception as error:  # noqa: BLE001 - whatever a stranger's program does, it is no template for us
                if isinstance(
                    error, MemoryError
                ):  # where ours finds none either, that says nothing of the file
                    _rendered(CHATML, separate, as_list=False, bos=bos, eos=eos)
                reasons.append(" ".join(f"{type(error).__name__}: {error}".split())[:_REASON])
                continue
            found = _PARTS.fullmatch(rendered)
            if found and rendered.count(_SYSTEM) == rendered.count(_USER) == 1:
                return Template(found[1], found[2], _without_thoughts(found[3]), origin)
            reasons.append("it leaves out or changes what it is given")
    raise ModelError("no_template", f"the file's chat template cannot be used: {reasons[0]}")


def _rendered(source: str, messages: list[tuple[str, str]], *, as_list: bool, bos: str, eos: str) -> str:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols, _Generation]
    )
    del environment.globals["lipsum"], environment.filters["random"]  # what is rendered is always the same
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = _DATE.strftime
    given: dict[str, Any] = {"bos_token": bos, "eos_token": eos, "add_generation_prompt": True}
    given["messages"] = [
        {"role": role, "content": [{"type": "text", "text": content}] if as_list else content}
        for role, content in messages
    ]
    # Models that can think aloud are asked not to: a schema leaves no room for it.
    return environment.from_string(source).render(given, enable_thinking=False)


def _without_thoughts(after: str) -> str:
    """Where a template begins the model's thoughts whatever it is asked, they end at once."""
    begun = after.rstrip()
    return f"{begun}\n\n</think>\n\n" if begun.endswith(_THINKING) else after


def _refuse(message: str) -> str:
    raise jinja2.TemplateError(message)
