"""What errors carry: how far a call came before it."""

import pytest

from glimpsed.core.errors import InputError, ModelError, WorkerDiedError, figures

DONE = {"encoded": 3}


def came_of(error, *causes):
    """The error, each of which came of the next."""
    for one, cause in zip((error, *causes), causes, strict=False):
        one.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (None, {}),
        (ValueError(), {}),
        (ModelError("run_limit", "x", DONE), DONE),
        (came_of(ModelError("run_limit", "x"), ModelError("deadline", "x", DONE)), DONE),
        (came_of(ModelError("a", "x", {"encoded": 1}), ModelError("b", "x", DONE)), {"encoded": 1}),
        (came_of(WorkerDiedError("died", "x"), InputError("gone", "x")), {}),
    ],
)
def test_how_much_was_done_is_said_by_an_error_or_by_what_it_came_of(error, found):
    assert figures(error) == found


def test_an_error_that_is_said_to_have_come_of_itself_ends_the_search():
    error = ModelError("blind", "x")
    assert figures(came_of(error, error)) == {}
    other = ValueError()
    other.__cause__ = error
    assert figures(came_of(error, other)) == {}
