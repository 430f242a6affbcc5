"""GPUs through NVML: whatever stands in its way, asking is harmless."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from glimpsed.host.gpu import foreign_use, gpus, visible

ASK = "from glimpsed.host.gpu import gpus; print([(gpu.name, gpu.free, gpu.total) for gpu in gpus()])"
ASK_USE = "import os; from glimpsed.host.gpu import foreign_use; print(foreign_use(frozenset({os.getpid()})))"

LIBRARY = """
from types import SimpleNamespace
OPEN = []
def nvmlInit(): OPEN.append(1)
def nvmlShutdown(): print(*OPEN, "closed")
def nvmlDeviceGetCount(): return 2
def nvmlDeviceGetHandleByIndex(number): return number
def nvmlDeviceGetMemoryInfo(handle): return SimpleNamespace(free=5 + handle, total=8)
def nvmlDeviceGetName(handle): return b"One" if handle else "Other"
def nvmlDeviceGetUUID(handle): return b"GPU-22" if handle else "GPU-11"
"""
"""NVML as far as it is used, in the place of the library in a process of its own."""

USE = f"""{LIBRARY}
import os, time
NVML_SUCCESS, NVML_ERROR_NOT_SUPPORTED, NVML_ERROR_NOT_FOUND = 0, 3, 6
class NVMLError(Exception):
    def __init__(self, value): self.value = value
OURS, THEIRS, OF_NOBODY = os.getpid(), os.getppid(), 2**31 - 1
def nvmlDeviceGetProcessUtilization(handle, since_us):
    assert 0 < time.time() - since_us / 1e6 < 60, "old samples are asked for"
    told = USED[handle]
    if isinstance(told, int): raise NVMLError(told)
    return [SimpleNamespace(pid=pid, smUtil=use) for pid, use in told]
"""
"""The same, for two GPUs whose processes, or the error in their place, are in `USED`."""


def asked(folder: Path, library: str, ask: str = ASK, shown: str | None = None) -> list[str]:
    """What a fresh process says of its GPUs when this is its library, and CUDA is to show those `shown`."""
    (folder / "pynvml.py").write_text(library)
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); {ask}"
    env = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    env |= {} if shown is None else {"CUDA_VISIBLE_DEVICES": shown}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    return done.stdout.splitlines()


def test_this_machines_gpus_have_sizes_if_there_are_any():
    for gpu in gpus():
        assert gpu.name
        assert 0 <= gpu.free <= gpu.total


def test_each_gpu_is_named_with_its_memory_and_the_library_is_closed_again(tmp_path):
    assert asked(tmp_path, LIBRARY) == ["1 closed", "[('Other', 5, 8), ('One', 6, 8)]"]


@pytest.mark.parametrize(
    "part", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetMemoryInfo", "nvmlShutdown"]
)
def test_a_library_that_fails_is_no_gpu_and_no_error(tmp_path, part):
    failing = f"{LIBRARY}\ndef {part}(*_): raise RuntimeError('lost')"
    assert asked(tmp_path, failing)[-1] == ("[]" if part != "nvmlShutdown" else asked(tmp_path, LIBRARY)[-1])


@pytest.mark.parametrize(
    "part", ["nvmlDeviceGetHandleByIndex", "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetName"]
)
def test_a_gpu_that_fell_off_the_bus_takes_no_other_with_it(tmp_path, part):
    failing = f"""{LIBRARY}
whole = {part}
def {part}(number):
    if number == 0: raise RuntimeError("lost")
    return whole(number)
"""
    assert asked(tmp_path, failing)[-1] == "[('One', 6, 8)]"
    assert asked(tmp_path, failing, shown="1")[-1] == "[('One', 6, 8)]", "it keeps its number"
    assert asked(tmp_path, failing, shown="0")[-1] == "[]"


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        (None, ["Other", "One"]),
        ("", []),
        ("-1", []),
        ("NoDevFiles", []),
        ("0", ["Other"]),
        ("1", ["One"]),
        ("1,0", ["One", "Other"]),
        ("GPU-2", ["One"]),
        ("GPU-22,GPU-11", ["One", "Other"]),
    ],
)
def test_what_cuda_does_not_show_is_no_gpu_of_ours(tmp_path, shown, found):
    named = "from glimpsed.host.gpu import gpus; print([gpu.name for gpu in gpus()])"
    assert asked(tmp_path, LIBRARY, named, shown)[-1] == str(found)


@pytest.mark.parametrize(
    ("chosen", "places"),
    [
        ("0,1,2", [0, 1, 2]),
        ("2,1", [2, 1]),
        (" 2 , 0", [2, 0]),
        ("0,2,-1,1", [0, 2]),
        ("0,3,1", [0]),
        ("0,0,1", [0]),
        ("0,,1", [0]),
        ("0;1", []),
        ("none", []),
        ("GPU-ab12,GPU-cd", [1, 2]),
        ("GPU-ab", []),  # which of the two is meant?
        ("1,GPU-ab1,0", [1]),
        ("cd", []),
        ("GPU-cd34-and-more", []),
        ("MIG-GPU-ab11/1/2", []),
    ],
)
def test_gpus_are_chosen_by_number_and_by_uuid_up_to_what_is_neither(chosen, places):
    assert visible(chosen, ["GPU-ab11", "GPU-ab12", "GPU-cd34"]) == places


def test_a_gpu_without_a_uuid_has_a_number():
    assert visible("1,GPU-ab,0", ["GPU-ab", ""]) == [1, 0]


def test_without_a_library_there_is_no_gpu(tmp_path):
    assert asked(tmp_path, "raise ImportError('not installed')") == ["[]"]


@pytest.mark.parametrize(
    ("what", "used", "use"),
    [
        ("the busiest process of either GPU", "[(THEIRS, 30)], [(THEIRS, 70), (1, 20)]", "70.0"),
        ("our own processes are not foreign", "[(OURS, 90), (THEIRS, 5)], [(OURS, 90)]", "5.0"),
        ("nobody but us", "[(OURS, 90)], []", "0.0"),
        ("nobody at all, which is an error", "NVML_ERROR_NOT_FOUND, NVML_SUCCESS", "0.0"),
        ("one that has ended, or is not known by this id here", "[(OF_NOBODY, 90)], []", "0.0"),
        ("no share of anything", "[(THEIRS, 4_000_000_000), (1, 7)], []", "7.0"),
        ("one GPU tells, the other cannot", "NVML_ERROR_NOT_SUPPORTED, [(THEIRS, 60)]", "60.0"),
        ("none can tell", "NVML_ERROR_NOT_SUPPORTED, NVML_ERROR_NOT_SUPPORTED", "None"),
    ],
)
def test_says_how_much_others_use_the_gpus(tmp_path, what, used, use):
    assert asked(tmp_path, f"{USE}\nUSED = {used}", ASK_USE) == ["1 closed", use], what


def test_who_uses_a_gpu_that_is_not_ours_to_use_disturbs_nobody(tmp_path):
    busy = f"{USE}\nUSED = [(THEIRS, 30)], [(THEIRS, 70)]"
    assert asked(tmp_path, busy, ASK_USE, shown="0")[-1] == "30.0"


@pytest.mark.parametrize("part", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetProcessUtilization"])
def test_where_a_library_fails_the_use_cannot_be_told(tmp_path, part):
    failing = f"{USE}\ndef {part}(*_): raise RuntimeError('lost')"
    assert asked(tmp_path, failing, ASK_USE)[-1] == "None"


def test_without_a_library_the_use_cannot_be_told(tmp_path):
    assert asked(tmp_path, "raise ImportError('not installed')", ASK_USE) == ["None"]


def test_this_machines_gpus_are_used_by_others_to_some_extent_if_there_are_any():
    use = foreign_use(frozenset())
    assert use is None or 0 <= use <= 100
