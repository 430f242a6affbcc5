"""Writer and reader decode at once, in a process that has decoded nothing before."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = Path(__file__).parents[2] / "daemon/glimpsed"
ONE_THREAD = ROOMS / "store/migrate.py"
MODULES = sorted({*ROOMS.glob("store/*.py"), *ROOMS.glob("wire/*.py")} - {ONE_THREAD})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
PLAIN = {"int", "str", "list", "dict", "tuple", "Key", "NameKind"}
PROCESSES = 4

# The least interval has threads take turns while msgspec is at work.
EIGHT_THREADS = """
import sys
from contextlib import suppress
from threading import Barrier, Thread

from glimpsed.core.errors import RequestError
from glimpsed.store import found, lines, session_search, sessions, telling
from glimpsed.wire import codec
from glimpsed.wire.errors import BadMessageError
import msgspec

sys.setswitchinterval(1e-6)
barrier, ended = Barrier(8), []


def decode():
    barrier.wait()
    with suppress({refusal}):
        {call}
    ended.append(True)


threads = [Thread(target=decode) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(ended) == 8
"""

SESSION = '{"outline": {"focus": 1}, "boundary": {"why": []}, "id": "a", "steps": [{}]}'


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        (f"sessions._decoded({SESSION!r})", "msgspec.ValidationError"),
        (f"session_search._SESSION.decode({SESSION!r})", "msgspec.ValidationError"),
        ("telling._NOTE.decode('{}')", "msgspec.ValidationError"),
        ("lines.decode(lines.encode(()))", "ValueError"),
        ("found._decoded('WzAsMSxbXSwwLDBd', 1)", "RequestError"),
        ("codec.decode_reply([codec.MAGIC, codec.encode({'type': 'session', 'ok': {}})])", "BadMessageError"),
    ],
    ids=("session", "session to index", "note", "lines", "cursor", "reply"),
)
def test_threads_that_meet_a_type_at_once_do_not_crash(call: str, refusal: str):
    """Large types crashed nearly always; of small ones the next test tells more."""
    code = EIGHT_THREADS.format(call=call, refusal=refusal)
    started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(PROCESSES)]
    assert [process.wait() for process in started] == [0] * PROCESSES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOMS)))
def test_plans_to_decode_are_made_at_import(path: Path):
    """So the next type that is decoded there cannot bring the crash back."""
    functions = (node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, FUNCTIONS))
    for call in (node for one in functions for node in ast.walk(one) if isinstance(node, ast.Call)):
        named = ast.unparse(call.func).rpartition(".")[2]
        assert named not in {"Decoder", "convert"}
        kinds = [keyword.value for keyword in call.keywords if keyword.arg == "type"]
        assert named != "decode" or all(is_plain(kind) for kind in kinds)


def is_plain(kind: ast.expr) -> bool:
    """A type of which msgspec keeps no plan with the class, or, of an enumeration, one that is whole."""
    return {node.id for node in ast.walk(kind) if isinstance(node, ast.Name)} <= PLAIN
