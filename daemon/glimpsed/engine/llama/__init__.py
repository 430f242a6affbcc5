"""The llama.cpp backend: our own runners over its C interface.

Rules of this room: runs in the engine's child alone. `native` quietens the libraries, `model` evaluates text,
`vision` looks at pictures, `cache` remembers what was seen, `template` knows where a model wants what,
`sampling` writes, `runner` puts them together, `loading` makes one of files.
"""

from glimpsed.engine.llama.loading import load

__all__ = ["load"]
