"""Every request has its handler, in a file of its name."""

import pytest

from glimpsed.api.dispatch import HANDLERS
from glimpsed.wire.catalogue import REQUESTS


@pytest.mark.parametrize("request_type", REQUESTS, ids=lambda request: request.__struct_config__.tag)
def test_every_request_has_a_handler_in_a_file_of_its_name(request_type):
    handler = HANDLERS[request_type]
    assert handler.__module__ == f"glimpsed.api.{request_type.__struct_config__.tag}"


def test_there_is_no_handler_without_a_request():
    assert set(HANDLERS) == set(REQUESTS)
