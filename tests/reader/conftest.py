import pytest

from running_reader import running_reader


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A reader without an engine, shared by the tests of a file."""
    with running_reader(tmp_path_factory.mktemp("reader"), engine="none") as running:
        yield running
