"""Tokens of the tiny models: one for each byte, and those that a fixed reply is made of."""

import json
from collections.abc import Iterator
from typing import Any


def _byte_alphabet() -> dict[int, str]:
    """GPT-2's reversible table from bytes to printable characters."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + n) for n, byte in enumerate(others)}


BYTES = dict(sorted(_byte_alphabet().items()))
"""The token of each byte, in their order."""


def reply_tokens(reply: str, taken: frozenset[str]) -> tuple[set[str], list[str]]:
    """The tokens that make up a reply, in their order, and which of them a schema forces."""
    try:
        parts = json.loads(reply)
    except ValueError:
        parts = None
    if not isinstance(parts, dict) or json.dumps(parts, separators=(",", ":")) != reply:
        return set(), list(_pieces(reply.encode(), taken))
    # A token's successor follows from the token alone; so what is forced ends in a token of its own.
    chain: list[str] = []
    keys: set[str] = set()
    for text, forced in _json_pieces(parts):
        if forced and chain and chain[-1] in keys:
            keys.discard(chain[-1])
            chain[-1] += text
        else:
            chain.append(_as_token(text.encode()))
        if forced:
            keys.add(chain[-1])
    if len({*chain}) < len(chain) or taken & {*chain} - {"}"}:
        raise ValueError("this reply repeats itself too much to be made of distinct tokens")
    return keys, chain


def _json_pieces(value: Any) -> Iterator[tuple[str, bool]]:
    """The text of compact JSON in pieces: what frames the values, and the values."""
    if isinstance(value, dict):
        for index, (key, member) in enumerate(value.items()):
            yield ("," if index else "{") + json.dumps(key) + ":", True
            yield from _json_pieces(member)
        yield "}", True
    elif isinstance(value, list):
        yield "[", True
        for index, member in enumerate(value):
            yield "," if index else "", True
            yield from _json_pieces(member)
        yield "]", True
    elif isinstance(value, str):
        yield '"', True
        if value:
            yield json.dumps(value)[1:-1], False
        yield '"', True
    else:
        yield json.dumps(value), False


def _pieces(reply: bytes, taken: frozenset[str]) -> Iterator[str]:
    # Token texts must be unique, or llama.cpp aborts: a piece that is not grows until it is. llama-cpp-python
    # drops the text of tokens over 32 bytes.
    seen, start = set(taken), 0
    while start < len(reply):
        end = start + 12
        while (piece := _as_token(reply[start:end])) in seen:
            end += 1
            if end > min(len(reply), start + 32):
                raise ValueError("this reply repeats itself too much to be made of distinct tokens")
        seen.add(piece)
        yield piece
        start = end


def _as_token(text: bytes) -> str:
    return "".join(BYTES[byte] for byte in text)
