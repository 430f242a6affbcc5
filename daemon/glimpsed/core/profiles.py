"""Profiles: what suits machines of one size, as data.

Rules of this file: pure; a row is all that is said of such a machine, and nobody asks for a profile by its
name. It applies where the configuration says nothing; what may really be loaded is asked of the memory that
is free at that time. A bound lies well under the size that a row is named for: of a card of 16 GiB a driver
shows less, and only 14.7 GiB where a sixteenth of it is kept for correcting errors.
"""

from collections.abc import Sequence

import msgspec

from glimpsed.core.fit import GIB
from glimpsed.core.slicing import Detail


class Profile(msgspec.Struct, frozen=True):
    """A size of machine: one with `gpus` GPUs, or more, of at least `min_gpu` bytes each.

    Where somebody chose the profile, models take at most `budget` bytes of GPUs, so that a large machine can
    be run as a small one; where it was detected, what is there counts. At most `residents` models are kept in
    memory, for `keep_alive_s` seconds without work. `quantisations` are llama.cpp's names of
    them, the preferred first. `context` is in tokens, and where memory is short it may become as small as
    `smallest_context`.
    """

    name: str
    gpus: int
    min_gpu: int
    budget: int
    residents: int
    quantisations: tuple[str, ...]
    context: int
    smallest_context: int
    detail: Detail
    keep_alive_s: float = 300.0


_SMALL = ("Q4_K_M", "Q4_K_S", "Q4_0", "IQ4_XS", "Q3_K_M")
_MEDIUM = ("Q5_K_M", "Q4_K_M", "Q6_K", "Q4_K_S", "Q8_0")
_LARGE = ("Q8_0", "Q6_K", "Q5_K_M", "BF16", "F16")

# Instructions, a picture and an answer take some 2600 tokens, an excerpt of the text mostly 800 more: so 3072
# is the least that can work.
_ROWS = (
    Profile("development", 0, 0, 5 * GIB, 2, _SMALL, 4096, 3072, "medium"),
    Profile("constrained_6gb", 1, 5 * GIB, 6 * GIB, 2, _SMALL, 4096, 3072, "high"),
    Profile("constrained_16gb", 1, 14 * GIB, 16 * GIB, 2, _SMALL, 8192, 4096, "high"),
    Profile("balanced_24gb", 1, 22 * GIB, 24 * GIB, 3, _MEDIUM, 8192, 4096, "high"),
    Profile("multi_gpu_2x16gb", 2, 14 * GIB, 32 * GIB, 3, _MEDIUM, 8192, 4096, "high"),
    Profile("generous_96gb", 1, 90 * GIB, 96 * GIB, 4, _LARGE, 16_384, 4096, "full", 1800.0),
)

PROFILES: dict[str, Profile] = {profile.name: profile for profile in _ROWS}
"""Every profile by its name, from the smallest machine to the largest."""


def detect(totals: Sequence[int]) -> Profile:
    """The profile of a machine whose GPUs have so many bytes each; `development` where there is none."""
    return next(profile for profile in reversed(_ROWS) if _is_met(profile, totals))


def _is_met(profile: Profile, totals: Sequence[int]) -> bool:
    return sum(total >= profile.min_gpu for total in totals) >= profile.gpus
