"""What a model is asked to do: one file a role, with its prompt, schema, limits and parser.

Rules of this file: every role is a line of `ROLES`. A role module has `NAME` (as in the configuration),
`INSTRUCTIONS` (static, comes first in the prompt, so that its evaluation can be kept), `question` (what
stands last, for this picture or person), `SCHEMA` (a JSON schema that the output is held to while it is made,
or None for free text), `TOLD` (every piece of text that its prompts are made of), `PROMPT_VERSION` (changes
with every byte of `TOLD`) and `parse` (raises `ModelError` with code `malformed`). A prompt's order is fixed:
instructions, picture, excerpt, question.
"""

from types import ModuleType

from glimpsed.core.roles import ask, screen

ROLES: tuple[ModuleType, ...] = (screen, ask)
