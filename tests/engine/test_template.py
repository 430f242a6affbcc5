"""Chat templates: what of them is used, what a whole message would have become, and which are refused.

The formats are those of published models, less what is for tools.
"""

import asyncio
import string
from itertools import product

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.ext import loopcontrols

import tiny_models
from glimpsed.config import ModelConfig
from glimpsed.core.errors import ModelError, WorkerDiedError
from glimpsed.core.roles import ask, screen
from glimpsed.engine.slot import InferenceRequest, Slot

pytestmark = pytest.mark.models

llama_cpp = pytest.importorskip("llama_cpp")

from glimpsed.engine.llama import template  # noqa: E402 - only where llama_cpp is
from glimpsed.engine.llama.model import Vocabulary  # noqa: E402
from glimpsed.engine.llama.native import Log  # noqa: E402
from glimpsed.engine.llama.template import Template, template_of  # noqa: E402

BOS, EOS = "<|begin_of_text|>", "<|eot_id|>"

LLAMA_3 = """\
{% for message in messages %}\
{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>

'+ message['content'] | trim + '<|eot_id|>' %}\
{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}\
{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>

' }}{% endif %}"""

LLAMA_3_2 = """\
{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim }}
    {{- '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""

QWEN_3 = """\
{%- set ns = namespace(last=messages|length - 1) %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""

GEMMA_2 = """\
{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}\
{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
{{ raise_exception('Conversation roles must alternate') }}{% endif %}\
{{ '<start_of_turn>' + message['role'] + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}\
{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}"""

MISTRAL = """\
{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if loop.last and system_message is defined %}
        {{- "[INST]" + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
    {%- else %}
        {{- "[INST]" + message["content"] + "[/INST]" }}
    {%- endif %}
{%- endfor %}
"""

PHI_3 = """\
{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{'<|system|>
' + message['content'] + '<|end|>
'}}{% elif message['role'] == 'user' %}{{'<|user|>
' + message['content'] + '<|end|>
'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>
' }}{% endif %}"""

PUBLISHED = {
    "llama 3": LLAMA_3,
    "llama 3.2": LLAMA_3_2,
    "qwen 3": QWEN_3,
    "gemma 2": GEMMA_2,
    "mistral": MISTRAL,
    "phi 3": PHI_3,
    "ours of llama 3": template.LLAMA_3,
    "chatml": template.CHATML,
}

TEXTS = {"of a role": screen.INSTRUCTIONS.strip(), "short": "Describe.", "odd": "| ä\n\n«x» {{ x }}  {% y %}"}


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    file = tiny_models.byte_text_model(tmp_path_factory.mktemp("models") / "text.gguf")
    Log()
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    pointer = llama_cpp.llama_model_load_from_file(bytes(file), params)
    yield Vocabulary(pointer)
    llama_cpp.llama_model_free(pointer)


def used(source: str | None, known: frozenset[str] = frozenset()) -> Template:
    return template_of(source, known, bos=BOS, eos=EOS)


def filled(found: Template, system: str, user: str) -> str:
    return found.before + system + found.between + user + found.after


def rendered(source: str, messages: list[tuple[str, str]]) -> str:
    """Whole messages, rendered as those do who train with these templates."""

    def refuse(why: str) -> None:
        raise jinja2.TemplateError(why)

    environment = jinja2.Environment(  # noqa: S701 - prompts are no HTML
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols]
    )
    return environment.from_string(source).render(
        messages=[{"role": role, "content": content} for role, content in messages],
        add_generation_prompt=True,
        enable_thinking=False,
        bos_token=BOS,
        eos_token=EOS,
        raise_exception=refuse,
    )


def wholly(source: str, system: str, user: str) -> str:
    try:
        return rendered(source, [("system", system), ("user", user)])
    except jinja2.TemplateError:
        return rendered(source, [("user", f"{system}\n\n{user}")])


def tokenized(vocabulary, found: Template, system: str, user: str) -> list[int]:
    """As a runner does it."""
    tokens = vocabulary.tokens(found.before, control=True)
    if vocabulary.bos is not None and tokens[:1] != [vocabulary.bos]:
        tokens.insert(0, vocabulary.bos)
    for text, control in ((system, False), (found.between, True), (user, False), (found.after, True)):
        tokens += vocabulary.tokens(text, control=control)
    return tokens


@pytest.mark.parametrize(("name", "text"), [*product(PUBLISHED, TEXTS)])
def test_what_is_around_the_texts_is_what_whole_messages_have_around_them(name, text):
    source = PUBLISHED[name]
    system, user = TEXTS[text], ask.question("What is open?")
    assert filled(used(source), system, user) == wholly(source, system, user)


WORDS = st.text(string.printable + "äж語\N{GRINNING FACE}<|>{}%#", max_size=40).map(str.strip)


@settings(max_examples=25, deadline=None)
@given(name=st.sampled_from(sorted(PUBLISHED)), system=WORDS.filter(bool), user=WORDS.filter(bool))
def test_no_text_changes_what_is_around_it(name, system, user):
    assert filled(used(PUBLISHED[name]), system, user) == wholly(PUBLISHED[name], system, user)


def test_the_tokens_are_those_of_whole_messages(vocabulary):
    # Of the others the control words are none of this vocabulary.
    for name in ("llama 3", "llama 3.2", "qwen 3", "ours of llama 3", "chatml"):
        found, source = used(PUBLISHED[name]), PUBLISHED[name]
        for system in TEXTS.values():
            whole = wholly(source, system, "What is open?").removeprefix(BOS)
            expected = [vocabulary.bos, *vocabulary.tokens(whole, control=True)]
            assert tokenized(vocabulary, found, system, "What is open?") == expected, name


def test_texts_are_tokenized_apart_so_that_a_token_never_spans_two(vocabulary):
    """Where only line breaks are between two texts, a merge over their edge is not made."""
    found = used(GEMMA_2)
    apart = tokenized(vocabulary, found, "Look.\n", "\nWhat?")
    whole = vocabulary.tokens(filled(found, "Look.\n", "\nWhat?").removeprefix(BOS), control=True)
    assert vocabulary.text(apart) == vocabulary.text(whole)


def test_thinking_aloud_is_ended_before_it_begins():
    assert used(QWEN_3).after.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")
    insists = template.CHATML.removesuffix("' }}") + "<think>\\n' }}"
    assert used(insists).after.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def test_today_is_always_the_same_day():
    assert "Today Date: 26 Jul 2024\n" in used(LLAMA_3_2).before
    needs = "{{ strftime_now('%Y-%m-%d') }}" + template.CHATML
    assert used(needs).before.startswith("2024-07-26")


def test_a_template_that_takes_rows_of_parts_gets_them():
    in_parts = (
        "{% for message in messages %}{{ message.role }}: {% for part in message.content %}"
        "{% if part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}{{ '\\n' }}{% endfor %}A:"
    )
    assert used(in_parts) == Template("system: ", "\nuser: ", "\nA:", "from the file")


def test_what_is_marked_for_training_and_what_leaves_loops_is_known():
    source = (
        "{% for message in messages %}{% if loop.index > 9 %}{% break %}{% endif %}"
        "{% generation %}[{{ message.content }}]{% endgeneration %}{% endfor %}"
    )
    assert used(source) == Template("[", "][", "]", "from the file")


def test_without_a_template_the_control_words_tell():
    assert used(None, frozenset({"<|start_header_id|>", "<|eot_id|>"})) == used(
        "", frozenset(["<|start_header_id|>"])
    )
    llama = used(None, frozenset({"<|start_header_id|>"}))
    assert llama.after == "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    assert used(None, frozenset({"<|im_start|>"})).after == "<|im_end|>\n<|im_start|>assistant\n"


BOTH = "{{ messages[0].content }}{{ messages[1].content }}"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("Hello", "leaves out or changes"),
        ("{{ messages[0].role }}", "leaves out or changes"),
        ("{{ messages[1].content }} {{ messages[0].content }}", "leaves out or changes"),
        ("{{ messages[0].content }} {{ messages[0].content }}", "leaves out or changes"),
        (BOTH + BOTH, "leaves out or changes"),
        ("{% for m in messages %}{{ m.content | upper }}{% endfor %}", "leaves out or changes"),
        ("{% for m in messages %}{{ m | tojson }}{% endfor %}", "leaves out or changes"),
        ("{% for m in messages %}{{ m.content[:5] }}{% endfor %}", "leaves out or changes"),
        ("{{ raise_exception('never') }}", "never"),
        ("{% if %}", "TemplateSyntaxError"),
        ("{{ nothing.known }}", "nothing"),
        ("{{ ().__class__.__mro__ }}" + BOTH, "SecurityError"),
        ("{{ cycler.__init__.__globals__.os }}" + BOTH, "SecurityError"),
        ("{% include 'x' %}" + BOTH, "no loader"),
        ("{% for x in range(10**9) %}x{% endfor %}" + BOTH, "Range too big"),
        ("{{ 'x' * 10**18 }}" + BOTH, "MemoryError"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}" + BOTH, "RecursionError"),
        ("{{" + "(" * 20_000, "RecursionError"),
        ("{% if 1 %}" * 5000, "RecursionError"),
        (None, "control words"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_used_is_refused_with_a_reason(source, reason):
    with pytest.raises(ModelError) as error:
        used(source, frozenset({"hello", "[INST]"}))
    assert error.value.code == "no_template"
    assert reason in error.value.detail
    assert len(error.value.detail) < 300
    assert "\n" not in error.value.detail


def test_a_long_template_is_a_template():
    found = used("{#" + "x" * 200_000 + "#}" + "y" * 200_000 + BOTH)
    assert found == Template("y" * 200_000, "", "", "from the file")


def replying(file) -> str:
    async def walk():
        slot = Slot("tiny", ModelConfig(file=file, context=512))
        loaded = await slot.load()
        try:
            asked = InferenceRequest("Look.", None, "", "What is it?", None, max_tokens=32)
            return loaded.settings["template"], (await slot.run(asked)).text
        finally:
            await slot.unload()

    return asyncio.run(walk())


def changed(path, *changes: tuple[bytes, bytes]) -> None:
    """Words of a file, replaced by others as long."""
    data = path.read_bytes()
    for before, after in changes:
        assert len(before) == len(after)
        assert before in data
        data = data.replace(before, after)
    path.write_bytes(data)


ANSWER = "It is a small red square on white."
NO_TEMPLATE = (b"tokenizer.chat_template", b"tokenizer.cat_templates")


def test_a_file_without_a_template_is_used_by_its_control_words_or_refused(tmp_path):
    file = tiny_models.byte_text_model(tmp_path / "text.gguf", reply=ANSWER)
    assert replying(file) == ("from the file", ANSWER)
    changed(file, NO_TEMPLATE)
    assert replying(file) == ("for files with <|start_header_id|>", ANSWER)
    changed(file, (b"<|start_header_id|>", b"<|start_xxxxxx_id|>"))
    assert replying(file) == ("for files with <|im_start|>", ANSWER)
    changed(file, (b"<|im_start|>", b"<|xx_start|>"))
    with pytest.raises(ModelError) as error:
        replying(file)
    assert error.value.code == "no_template"


def test_a_template_that_does_not_end_is_killed_with_the_child(tmp_path):
    file = tiny_models.byte_text_model(tmp_path / "text.gguf")
    endless = b"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    message = (
        b"{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
        b" + message['content'] | trim + '<|eot_id|>' }}"
    )
    changed(file, (message, endless.ljust(len(message))))

    async def walk():
        slot = Slot("tiny", ModelConfig(file=file, load_limit_s=2))
        with pytest.raises(WorkerDiedError):
            await slot.load()
        assert not slot.running

    asyncio.run(walk())
