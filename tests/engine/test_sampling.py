"""Answers under a schema and without: what random models say, what it costs them, and how it ends."""

import json
import string

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import resident
import tiny_models
from byte_tokens import BYTES
from glimpsed.core.errors import ModelError
from glimpsed.core.roles import screen
from glimpsed.engine.contract import InferenceRequest
from tiny_models import TextShape

pytest.importorskip("llama_cpp")

from glimpsed.engine.llama.model import BATCH
from glimpsed.engine.llama.sampling import _KEPT_GRAMMARS

pytestmark = [
    pytest.mark.models,
    pytest.mark.filterwarnings("ignore:llama_token_get_attr"),  # llguidance asks llama.cpp by an old name
]

SEEDS = (1, 2, 3)
WORDS = ("in", " the", '{"', '":', '":"', '","', '"}', "},", "[]", "true", "12", ".5", "main.py", "\n\n")
WHOLE = ("<box>", "::::", "\n\n\n")
"""Words that a tokenizer parses wherever they stand."""
HALVES = ("語".encode()[:2], "語".encode()[1:], "\N{GRINNING FACE}".encode()[:3])


def token(text: bytes) -> str:
    return "".join(BYTES[byte] for byte in text)


def random_model(path, seed: int, *, eager: str | None = None, broken: bool = False):
    """A text model whose words cross the parts of JSON and of characters.

    An `eager` one wants to say that word alone; a `broken` one computes no numbers.
    """
    words = [*BYTES.values(), *(token(word.encode()) for word in WORDS), *map(token, HALVES), *WHOLE]
    vocabulary = tiny_models.with_control(words, ["i n"], WHOLE)
    random = np.random.default_rng(seed)

    def weights(*sizes: int) -> np.ndarray:
        return (random.standard_normal(sizes) * 0.6).astype(np.float32)

    shape = TextShape(layers=2)
    size = (len(vocabulary.tokens), shape.width)
    tensors = {"token_embd.weight": weights(*size), "output.weight": weights(*size)}
    tensors |= tiny_models.text_layers(shape, weights, leading_out=weights)
    if eager is not None:
        tensors["token_embd.weight"][:, 0] = 100
        tensors["output.weight"][vocabulary.tokens.index(eager), 0] = 100
    if broken:
        tensors["output_norm.weight"][:] = np.nan
    return tiny_models.write_text_model(path, vocabulary, shape, tensors, context=resident.CONTEXT)


def loaded(folder, seed: int, **odd):
    return resident.load(folder, file=str(random_model(folder / "text.gguf", seed, **odd)), mmproj=None)


@pytest.fixture(scope="module")
def runners(tmp_path_factory):
    return [loaded(tmp_path_factory.mktemp("models"), seed) for seed in SEEDS]


@pytest.fixture
def runner(runners):
    return runners[0]


def asking(schema, question: str = "What is it?", max_tokens: int = 400, **changes) -> InferenceRequest:
    return resident.asking(schema=schema, question=question, max_tokens=max_tokens, **changes)


def only(**properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def strictly_parsed(text: str):
    def unique(pairs):
        fields = dict(pairs)
        assert len(fields) == len(pairs)
        return fields

    def no_constant(name):
        raise AssertionError(name)

    return json.loads(text, parse_constant=no_constant, object_pairs_hook=unique)


def valid(value, schema) -> bool:
    """Whether a value is what a schema of these tests asks for."""
    if "enum" in schema:
        return value in schema["enum"]
    return VALID[schema["type"]](value, schema)


def valid_object(value, schema) -> bool:
    fields = schema["properties"]
    return list(value) == list(fields) and all(valid(value[name], fields[name]) for name in fields)


def valid_array(value, schema) -> bool:
    items = all(valid(item, schema["items"]) for item in value)
    return items and schema.get("minItems", 0) <= len(value) <= schema["maxItems"]


def valid_string(value, schema) -> bool:
    return isinstance(value, str) and schema.get("minLength", 0) <= len(value) <= schema["maxLength"]


def valid_number(value, schema) -> bool:
    known = int if schema["type"] == "integer" else (int, float)
    right = isinstance(value, known) and not isinstance(value, bool)
    step = schema.get("multipleOf", 1)
    right = right and value == round(round(value / step) * step, 2)
    return right and schema["minimum"] <= value <= schema["maximum"]


VALID = {
    "object": valid_object,
    "array": valid_array,
    "string": valid_string,
    "integer": valid_number,
    "number": valid_number,
    "boolean": lambda value, _: isinstance(value, bool),
    "null": lambda value, _: value is None,
}


TEXTS = st.text(string.ascii_letters + ' "\\\n{}é語\N{GRINNING FACE}', max_size=8)
BOUNDS = st.lists(st.integers(-1200, 1200), min_size=2, max_size=2, unique=True).map(sorted)
LENGTHS = st.lists(st.integers(0, 6), min_size=2, max_size=2).map(sorted)
LEAVES = st.one_of(
    st.sampled_from([{"type": "boolean"}, {"type": "null"}]),
    st.lists(TEXTS, min_size=1, max_size=4, unique=True).map(lambda texts: {"type": "string", "enum": texts}),
    LENGTHS.map(lambda ends: {"type": "string", "minLength": ends[0], "maxLength": ends[1]}),
    BOUNDS.map(lambda ends: {"type": "integer", "minimum": ends[0], "maximum": ends[1]}),
    BOUNDS.map(lambda ends: {"type": "number", "minimum": ends[0], "maximum": ends[1], "multipleOf": 0.01}),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.dictionaries(TEXTS, inner, min_size=1, max_size=4).map(lambda fields: only(**fields)),
        st.tuples(inner, LENGTHS).map(
            lambda found: {
                "type": "array",
                "items": found[0],
                "minItems": found[1][0] % 3,
                "maxItems": found[1][0] % 3 + 2,
            }
        ),
    ),
    max_leaves=6,
).map(lambda schema: only(answer=schema))


@settings(max_examples=60, deadline=None)
@given(schema=SCHEMAS, question=TEXTS, which=st.sampled_from(range(len(SEEDS))))
def test_what_a_random_model_says_is_what_the_schema_asks_for(runners, schema, question, which):
    reply = resident.run(runners[which], asking(schema, question))
    counts = reply.counts
    assert counts.steps <= counts.output_tokens - counts.forced_tokens + 1, "a step a choice, and the first"
    if reply.finish == "stop":
        assert valid(strictly_parsed(reply.text), schema)
        assert "\ufffd" not in reply.text
        assert counts.output_tokens <= 400
        assert counts.forced_tokens > 0, "no model has a choice about the first key"
    else:
        assert counts.output_tokens == 400


def test_what_a_random_model_says_under_the_schema_of_the_screen_is_parsed(runners):
    for runner in runners:
        reply = resident.run(runner, asking(screen.SCHEMA, max_tokens=1800))
        assert reply.finish == "stop"
        screen.parse(reply.text)
        assert reply.counts.steps < reply.counts.output_tokens - reply.counts.forced_tokens + 1


KEYS = only(
    kind={"type": "string", "enum": ["editor", "terminal", "browser"]},
    sure={"type": "boolean"},
    title={"type": "string", "maxLength": 6},
)


def test_a_limit_of_tokens_is_kept_to_the_token_and_a_cut_reply_says_so(runners):
    for runner in runners:
        whole = resident.run(runner, asking(KEYS))
        assert whole.finish == "stop"
        for limit in range(1, whole.counts.output_tokens):
            cut = resident.run(runner, asking(KEYS, max_tokens=limit))
            assert (cut.finish, cut.counts.output_tokens) == ("length", limit)
            assert cut.counts.forced_tokens <= limit
            assert whole.text.startswith(cut.text.rstrip("\ufffd"))
        exact = resident.run(runner, asking(KEYS, max_tokens=whole.counts.output_tokens))
        assert exact == msgspec.structs.replace(whole, timings=exact.timings, counts=exact.counts)


def test_what_is_forced_costs_no_step_of_its_own(runner):
    reply = resident.run(runner, asking(KEYS))
    assert reply.counts.forced_tokens > 20
    assert reply.counts.steps <= reply.counts.output_tokens - reply.counts.forced_tokens + 1
    assert resident.run(runner, asking(only())).counts.steps == 0, "nothing depends on the model"


def test_more_can_be_forced_than_is_evaluated_at_once(runner):
    text = "".join(map(chr, np.random.default_rng(1).integers(ord("a"), ord("z"), BATCH + 100)))
    reply = resident.run(runner, asking({"enum": [text + "b", text + "c"]}, max_tokens=1000))
    assert reply.finish == "stop"
    assert json.loads(reply.text) in {text + "b", text + "c"}
    assert reply.counts.steps <= 5


def test_a_schema_is_compiled_once_and_begins_anew_each_time(runner):
    first = resident.run(runner, asking(KEYS))
    compiled = dict(runner._schemas._compiled)
    again = resident.run(runner, asking(json.loads(json.dumps(KEYS))))
    assert runner._schemas._compiled == compiled
    assert again.text == first.text
    assert (again.counts.steps, again.counts.forced_tokens) == (
        first.counts.steps,
        first.counts.forced_tokens,
    )
    resident.run(runner, asking(KEYS, max_tokens=3))
    assert resident.run(runner, asking(KEYS)).text == first.text, "one that was cut leaves nothing behind"


def test_only_the_last_few_schemas_are_kept(runner):
    before = resident.run(runner, asking(KEYS)).text
    for number in range(3 * _KEPT_GRAMMARS):
        reply = resident.run(runner, asking({"type": "integer", "minimum": number, "maximum": number + 1}))
        assert int(reply.text) in {number, number + 1}
        assert len(runner._schemas._compiled) <= _KEPT_GRAMMARS
    assert resident.run(runner, asking(KEYS)).text == before


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"$ref": "#/nowhere"},
        {"type": "string", "pattern": "(["},
        {"not": {"type": "string"}},
        {"type": "object", "properties": {"answer": 3}},
        {"type": "integer", "minimum": 5, "maximum": 1},
        {"type": "string", "maxLength": -1},
        {"type": "string", "format": "nonsense"},
        {"type": "null", "x": float("nan")},
        {"enum": []},
    ],
    ids=str,
)
def test_what_cannot_be_compiled_is_refused_with_a_sentence_and_the_runner_goes_on(runner, schema):
    with pytest.raises(ModelError) as error:
        resident.run(runner, asking(schema))
    assert error.value.code == "bad_schema"
    assert "schema" in error.value.detail
    assert "\n" not in error.value.detail
    assert resident.run(runner, asking(only())).text == "{}"


def test_a_model_that_computes_no_numbers_is_not_loaded(tmp_path):
    with pytest.raises(ModelError) as error:
        loaded(tmp_path, 1, broken=True)
    assert error.value.code == "run_failed"
    assert "no numbers" in error.value.detail


@pytest.mark.parametrize("end", ["<|eot_id|>", "<|end_of_text|>", "<|im_end|>"])
def test_every_end_ends_free_text_and_none_ends_an_unfinished_schema(tmp_path, end):
    runner = loaded(tmp_path, 1, eager=end)
    free = resident.run(runner, asking(None))
    assert (free.text, free.finish, free.counts.output_tokens, free.counts.steps) == ("", "stop", 0, 0)
    held = resident.run(runner, asking(KEYS))
    assert held.finish == "stop"
    assert valid(strictly_parsed(held.text), KEYS)
    number = resident.run(runner, asking({"type": "integer", "minimum": 10, "maximum": 10**6}))
    assert len(number.text) == 2, "it ends where it may"


def test_free_text_keeps_to_its_limit_and_is_text_wherever_it_is_cut(runners):
    for runner in runners:
        for limit in range(1, 24):
            reply = resident.run(runner, asking(None, max_tokens=limit))
            assert reply.text.encode().decode() == reply.text
            if reply.finish == "length":
                assert (reply.counts.output_tokens, reply.counts.steps) == (limit, limit - 1)


@pytest.mark.parametrize("word", [WHOLE[0], "語", "<|im_start|>"])
def test_half_a_character_and_words_of_control_are_no_text(tmp_path, word):
    """A model that wants to say one thing for ever: the first is text, of the others only what is."""
    eager = word if word.startswith("<") else token(word.encode()[:2])
    runner = loaded(tmp_path, 1, eager=eager)
    said = resident.run(runner, asking(None, max_tokens=5)).text
    assert said == {WHOLE[0]: WHOLE[0] * 5, "語": "\ufffd" * 5, "<|im_start|>": ""}[word]
    held = resident.run(runner, asking(KEYS))
    assert valid(strictly_parsed(held.text), KEYS)
    assert "im_start" not in held.text


HOSTILE = st.lists(
    st.sampled_from([*WHOLE, *tiny_models.CONTROL, "<", "|", ":", "b", " ", "\n", "é"]), max_size=12
).map("".join)


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_no_text_becomes_control_words_or_words_that_are_parsed_anyway(runners, text):
    words = runners[0]._model.vocabulary
    tokens = runners[0]._plain(text)
    assert not {words.word(found) for found in tokens} & {*tiny_models.CONTROL, *WHOLE[:2]}
    assert words.text(tokens).replace(" ", "") == text.replace(" ", "")
