"""The version of a prompt, made from what it says.

Rules of this file: pure. No byte that a model is told may change without the version changing; results carry
it, so that what an older prompt made can be told apart.
"""

import hashlib


def prompt_version(role: str, edition: int, *parts: str) -> str:
    """A role's prompt version: `screen-1-0123abcd`. `edition` is for people, the digest for machines."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"{role}-{edition}-{digest[:8]}"
