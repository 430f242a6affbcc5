"""What a sentence names: not the words that have a capital for where they stand."""

import pytest

from glimpsed.core.sessions.naming import named


@pytest.mark.parametrize(
    ("said", "names", "applications"),
    [
        ("Dialog: Working on shop.ods in Microsoft Excel", ("shop.ods",), ("Microsoft Excel",)),
        ("Dialog: Messages: Ada in Slack", (), ("Slack",)),
        ("A question in Messages about Ada", ("Ada",), ("Messages",)),
    ],
)
def test_a_capital_after_a_colon_names_nothing(said, names, applications):
    found = named(said)
    assert (found.names, found.applications) == (names, applications)
