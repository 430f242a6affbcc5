"""The pair of `resident`, loaded once for the modules that share it."""

import pytest

import resident


@pytest.fixture(scope="session")
def pair(tmp_path_factory):
    """The folder of the models, which no test writes to."""
    folder = tmp_path_factory.mktemp("pair")
    resident.write_pair(folder)
    return folder


@pytest.fixture(scope="session")
def cold(pair):
    """What comes of requests where nothing was kept; a picture of theirs must stay what it is."""
    return resident.Cold(resident.load(pair, slice_cache_mb=0))


@pytest.fixture(scope="session")
def old_runner(pair):
    """One that has seen whatever the tests before have shown it."""
    return resident.load(pair)


@pytest.fixture
def runner(old_runner):
    """One that has kept nothing."""
    resident.forget(old_runner)
    return old_runner
