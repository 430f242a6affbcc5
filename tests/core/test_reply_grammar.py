"""What the schema of the screen role lets a model write, and that the parser has the same bounds.

The grammar is the one that holds a model's output. The walks are over bytes, so that nothing is left to how a
vocabulary cuts text.
"""

import json
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glimpsed.config import ModelConfig
from glimpsed.core.errors import ModelError
from glimpsed.core.model import Activity, ApplicationType, EntityKind
from glimpsed.core.roles import screen

pytestmark = pytest.mark.models

llguidance = pytest.importorskip("llguidance")

LEAST = {
    "application": "",
    "application_type": "unknown",
    "window_title": "",
    "activity": "unknown",
    "task": "",
    "summary": "",
    "entities": [],
    "confidence": 0,
}
END = 256


class Bytes:
    """A vocabulary of bytes and one end."""

    eos_token_id = END
    bos_token_id = None
    special_token_ids = (END,)
    tokens = (*(bytes([byte]) for byte in range(256)), b"<end>")

    def __call__(self, text):
        return list(text if isinstance(text, bytes) else text.encode())


@cache
def at_start():
    tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(Bytes()))
    # As the engine compiles it.
    grammar = llguidance.LLMatcher.grammar_from_json_schema(
        json.dumps(screen.SCHEMA), overrides={"whitespace_flexible": False}
    )
    assert llguidance.LLMatcher.validate_grammar(grammar, tokenizer) == ""
    return llguidance.LLMatcher(tokenizer, grammar)


def compact(reply):
    return json.dumps(reply, separators=(",", ":"), ensure_ascii=False)


def allowed(reply):
    """Whether a model may write this to the end."""
    said = reply if isinstance(reply, bytes) else reply.encode()
    matcher = at_start().deep_copy()
    return matcher.validate_tokens([*said, END]) == len(said) + 1


def full(char):
    """A reply of which every part is as long as it may be; `char` is one character as JSON writes it."""
    longest = {
        kind: max(kind, key=lambda word: len(word.value)) for kind in (ApplicationType, Activity, EntityKind)
    }
    entity = {"kind": longest[EntityKind], "text": "T" * screen.MAX_ENTITY_CHARS}
    reply = LEAST | {field: "T" * limit for field, limit in screen.MAX_CHARS.items()}
    reply |= {
        "application_type": longest[ApplicationType],
        "activity": longest[Activity],
        "entities": [entity] * screen.MAX_ENTITIES,
        "confidence": 0.99,
    }
    return compact(reply).replace("T", char)


def changed(**changes):
    return compact(LEAST | changes)


def test_the_least_and_the_fullest_reply_are_allowed_and_parsed():
    for reply in (
        compact(LEAST),
        full("x"),
        full("ä"),
        full("\N{GRINNING FACE}"),
        full(r"\""),
        full(r"\u0001"),
    ):
        assert allowed(reply)
        screen.parse(reply)


def test_the_default_limit_of_tokens_holds_a_full_reply_and_a_reply_has_an_end():
    # English that fills every field has 3.5 characters a token; what is allowed at all is escapes alone.
    assert len(full("x")) == 1688 < 3.4 * ModelConfig(file="x").max_output_tokens
    assert len(full(r"\u0001")) == 7928


@pytest.mark.parametrize(
    "reply",
    [
        *(full("x").replace('x"', 'xx"', 1), changed(entities=[{"kind": "file", "text": ""}] * 9)),
        *(changed(task="ä" * 121), changed(task="\N{GRINNING FACE}" * 121)),
        *(changed(confidence=n) for n in (-0.01, 1.01, 0.001, 2, 100, True, None, "0.5")),
        *(
            compact(LEAST)[:-2] + f"{n}}}"
            for n in ("-0", "0.000", "1e0", "1E-1", "00", ".5", "1.", "NaN", "1e999")
        ),
        *(
            changed(activity="dancing"),
            changed(application_type=""),
            changed(entities={}),
            changed(task=None),
        ),
        *(changed(mood="good"), compact({"task": ""}), compact({})),
        *(compact(dict(reversed(LEAST.items()))), compact(LEAST)[:-1]),
        *(compact(LEAST)[:-1] + ',"confidence":0}', compact(LEAST) + " ", compact(LEAST) + "{}"),
        *(" " + compact(LEAST), json.dumps(LEAST), json.dumps(LEAST, indent=1), "```json\n" + compact(LEAST)),
        *(
            changed(task="T").replace("T", char)
            for char in ("\n", "\t", "\x00", "\x1f", "\x7f", r"\q", r"\x41")
        ),
        *(
            changed(task="T").replace("T", char)
            for char in (r"\ud800", r"\udc00", r"\ud83d\ude00", r"\u0041")
        ),
        *(changed(task="T").encode().replace(b"T", char) for char in (b"\xff", b"\xed\xa0\x80", b"\xc3")),
    ],
    ids=lambda reply: repr(reply[-40:]),
)
def test_what_a_model_may_not_write(reply):
    assert not allowed(reply)


def walk(choose):
    """A reply that the grammar allows; `choose` takes one of several bytes."""
    matcher, said = at_start().deep_copy(), bytearray()
    while not matcher.is_stopped():
        if forced := matcher.compute_ff_tokens():
            said += bytes(forced)
            assert matcher.consume_tokens(forced)
            continue
        mask = matcher.compute_bitmask()
        token = choose([token for token in range(END + 1) if mask[token // 8] >> token % 8 & 1])
        if token < END:
            said.append(token)
        assert matcher.consume_token(token)
    return bytes(said).decode()


# Ends of texts and escapes are rare among the bytes that a text may go on with, and all that matters.
TELLING = frozenset(b'"\\u01.9,]')


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.floats(0.02, 0.5))
def test_what_a_model_may_write_is_parsed(random, share):
    def choose(bytes_):
        telling = [byte for byte in bytes_ if byte in TELLING]
        return random.choice(telling if telling and random.random() < share else bytes_)

    reply = walk(choose)
    assert allowed(reply)
    assert len(reply) <= len(full(r"\u0001"))
    screen.parse(reply)


def texts(limit):
    odd = st.sampled_from('aä\N{GRINNING FACE}\x00\n\ud800"\\ ')
    return st.text(max_size=5) | st.text(odd, min_size=limit - 3, max_size=limit + 1)


NUMBERS = st.integers(0, 100).map(lambda n: n / 100) | st.integers(0, 1) | st.floats()
ENTITIES = st.fixed_dictionaries(
    {"kind": st.sampled_from(EntityKind), "text": texts(screen.MAX_ENTITY_CHARS)}
)
REPLIES = st.fixed_dictionaries(
    {
        **{field: texts(limit) for field, limit in screen.MAX_CHARS.items()},
        "application_type": st.sampled_from(ApplicationType),
        "activity": st.sampled_from(Activity),
        "entities": st.lists(ENTITIES, max_size=screen.MAX_ENTITIES + 1),
        "confidence": NUMBERS,
    }
)


@settings(deadline=None)
@given(REPLIES, st.booleans())
@example(LEAST, True)
def test_what_is_parsed_is_within_the_bounds(reply, ensure_ascii):
    try:
        said = screen.parse(json.dumps(reply, ensure_ascii=ensure_ascii))
    except ModelError:
        return
    entities = [{"kind": entity.kind, "text": entity.text} for entity in said.entities]
    fields = {field: getattr(said, field) for field in LEAST}
    assert allowed(compact(fields | {"entities": entities}))
