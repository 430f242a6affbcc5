"""The files that were refused, as far as they are asked for."""

from types import SimpleNamespace

import msgspec
import pytest

from glimpsed.api import shots
from glimpsed.core.errors import RequestError
from glimpsed.store import rejections
from glimpsed.wire.messages import ShotsRequest
from store_samples import FOLDER, rejection, with_database


def refuse_three(w):
    for number, source in ((1, FOLDER), (2, "submit"), (3, FOLDER)):
        rejections.reject(w, msgspec.structs.replace(rejection(number, seen_ms=number), source=source))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "321"),
        ({"since_ms": 2}, "32"),
        ({"until_ms": 2}, "1"),
        ({"source": FOLDER}, "31"),
        ({"source": FOLDER, "since_ms": 2, "until_ms": 4}, "3"),
    ],
)
def test_refused_files_are_filtered_as_shots_are(tmp_path, wanted, found):
    async def body(db):
        await db.write(refuse_three)
        request = ShotsRequest(id="1", rejected=True, **wanted)
        reply = await shots.handle(SimpleNamespace(store=db), request)
        assert "".join(rejection.id[-1] for rejection in reply.rejections) == found
        assert reply.shots == []

    with_database(tmp_path, body)


@pytest.mark.parametrize("wanted", [{"application": "Calc"}, {"rung": "ocr"}, {"rung": ""}])
def test_refused_files_have_no_results_to_filter_by(tmp_path, wanted):
    async def body(db):
        with pytest.raises(RequestError, match="bad_request"):
            await shots.handle(SimpleNamespace(store=db), ShotsRequest(id="1", rejected=True, **wanted))

    with_database(tmp_path, body)
