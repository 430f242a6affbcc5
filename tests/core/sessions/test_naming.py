"""What a sentence names: not the words that have a capital for where they stand."""

import pytest

from glimpsed.core.sessions.naming import named


@pytest.mark.parametrize(
    ("said", "names", "applications"),
    [
        ("Dialog: Working on shop.ods in Microsoft Excel", ("shop.ods",), ("Microsoft Excel",)),
        ("Dialog: Writing Exco note.docx in Microsoft Word", ("note.docx",), ("Microsoft Word",)),
        ("Dialog: Messages: Ada in Slack", ("Ada",), ("Slack",)),
        ("What was done: Kubernetes was set up", ("Kubernetes",), ()),
        ("A question in Messages about Ada", ("Ada",), ("Messages",)),
    ],
)
def test_what_begins_a_step_names_nothing(said, names, applications):
    found = named(said)
    assert (found.names, found.applications) == (names, applications)
