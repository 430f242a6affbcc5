"""How many layers go to a GPU: a number that somebody decided, or a word that leaves it open."""

from pathlib import Path

import pytest

from glimpsed.config import ConfigErrors, Problem, parse


@pytest.mark.parametrize(
    ("written", "message", "meant"),
    [
        ('"autp"', 'Expected `int`, or "auto"', "auto"),
        ('"7"', 'Expected `int`, or "auto"', ""),
        ("1.5", 'Expected `int`, or "auto"', ""),
        ("true", 'Expected `int`, or "auto"', ""),
        ("-2", 'Expected `int` >= -1, or "auto"', ""),
    ],
)
def test_a_number_or_a_word_is_said_to_be_either(written, message, meant):
    with pytest.raises(ConfigErrors) as caught:
        parse(f"models.m = {{file = 'f', gpu_layers = {written}}}", Path("/"))
    suggestion = f'did you mean "{meant}"?' if meant else ""
    assert caught.value.problems == [Problem("models.m.gpu_layers", message, suggestion)]


@pytest.mark.parametrize(
    ("written", "layers"),
    [("", "auto"), (", gpu_layers = 'auto'", "auto")]
    + [(f", gpu_layers = {number}", number) for number in (-1, 0, 7)],
)
def test_layers_are_automatic_or_what_somebody_decided(written, layers):
    assert parse(f"models.m = {{file = 'f'{written}}}", Path("/")).models["m"].gpu_layers == layers
