"""What a process holds of memory, and what of that is only its own."""

import pytest

import child_python
from glimpsed.worker.resident import own, resident

MIB = 2**20

HOLD = """
import mmap, sys
with open(sys.argv[1], "rb") as file:
    mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
pages = sum(mapped[at] for at in range(0, len(mapped), 4096))
mine = bytearray(b"m") * int(sys.argv[2])
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(("of_file", "its_own"), [(64 * MIB, 1), (4096, 64 * MIB)])
def test_what_is_mapped_of_a_file_is_resident_and_not_its_own(tmp_path, of_file, its_own):
    weights = tmp_path / "weights"
    weights.write_bytes(b"w" * of_file)
    with child_python.running(HOLD, tmp_path, str(weights), str(its_own)) as child:
        assert resident(child.pid) > 64 * MIB
        assert (own(child.pid) > 64 * MIB) == (its_own > of_file)


def test_a_process_that_is_gone_is_an_error():
    with pytest.raises(OSError, match="No such"):
        own(2**22 + 1)
