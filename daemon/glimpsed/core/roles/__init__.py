"""What models are asked: one file a prompt, with its text, schema, limits and parser.

Rules of this file: every prompt is a line of `PROMPTS`. Its module has `NAME`, `ROLE` (of the model that is
asked, as in the configuration; a role may have several prompts), `INSTRUCTIONS` (static, comes first in the
prompt, so that its evaluation can be kept), `question` (what stands last, for this picture, part or person),
`SCHEMA` (a JSON schema that the output is held to while it is made, or None for free text), `TOLD` (every
piece of text that its prompts are made of), `PROMPT_VERSION` (changes with every byte of `TOLD`) and `parse`
(raises `ModelError` with code `malformed`). A prompt's order is fixed: instructions, picture, what is quoted
of screens, question.
"""

from types import ModuleType

from glimpsed.core.roles import ask, screen, session_boundary, session_part, session_whole

PROMPTS: tuple[ModuleType, ...] = (screen, ask, session_part, session_whole, session_boundary)
