"""Main memory, as the kernel counts it."""

from pathlib import Path

from glimpsed.host.memory import available


def test_this_machines_memory_is_what_the_kernel_says():
    said = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    free, total = available()
    assert total == int(said["MemTotal"].removesuffix("kB")) * 1024
    assert 0 < free < total
