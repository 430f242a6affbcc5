"""The role that answers a person's own question about a screenshot: free text out.

Rules of this file: pure. The question is the person's, the excerpt is the screen's: only the first is heeded.
"""

from glimpsed.core.errors import ModelError
from glimpsed.core.roles.excerpt import INTRODUCTION, excerpt, one_line
from glimpsed.core.roles.version import prompt_version

__all__ = ["INSTRUCTIONS", "NAME", "PROMPT_VERSION", "SCHEMA", "excerpt", "parse", "question"]

NAME = "ask"

MAX_QUESTION_CHARS = 2000
MAX_ANSWER_CHARS = 8000

SCHEMA = None
"""An answer is free text."""

INSTRUCTIONS = """\
You are an expert in user interfaces. You are shown one screenshot of a person's own computer and answer \
their question about it, in the language of the question, in a few plain sentences without markup. Say only \
what the screenshot shows; when the answer cannot be seen there, say that.
"""

_QUESTION = "The person's question: "

PROMPT_VERSION = prompt_version(NAME, 1, INSTRUCTIONS, INTRODUCTION, _QUESTION)


def question(text: str) -> str:
    """A person's question as the prompt has it, cut to `MAX_QUESTION_CHARS`."""
    return _QUESTION + text.strip()[:MAX_QUESTION_CHARS]


def parse(reply: str) -> str:
    """An answer, cut to `MAX_ANSWER_CHARS`. Raises `ModelError` with code `malformed` when there is none."""
    lines = (one_line(line, MAX_ANSWER_CHARS) for line in reply.splitlines())
    answer = "\n".join(lines).strip()[:MAX_ANSWER_CHARS]
    if not answer:
        raise ModelError("malformed", "the reply is empty")
    return answer
