"""Which model serves a role, and why not another one.

Rules of this file: pure; every model of a role gets a verdict, in words for a person. Preferred is the higher
priority, then the quantisation that suits the profile, then what comes first in the configuration. What
cannot work at present is out, whatever its priority.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec

from glimpsed.core.fit import MIB, Need
from glimpsed.core.profiles import Profile
from glimpsed.core.residency import Room


class Candidate(msgspec.Struct, frozen=True):
    """A model: its roles with their priorities (larger is first), and how its weights are quantised.

    `need` is the least that it takes of memory, None when that is not known, which holds nothing against it.
    `unusable` says what is wrong with it, empty when nothing is.
    """

    name: str
    roles: Mapping[str, int]
    quantisation: str = ""
    need: Need | None = None
    unusable: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What became of one model, and `why`: a phrase."""

    model: str
    chosen: bool
    why: str


class Selection(msgspec.Struct, frozen=True):
    """The model of a role, None when there is none, and `why`; verdicts in order of preference."""

    role: str
    model: str | None
    why: str
    verdicts: tuple[Verdict, ...] = ()


def select(
    role: str, profile: Profile, candidates: Sequence[Candidate], exclude: Mapping[str, str], room: Room
) -> Selection:
    """The model that serves `role`; `candidates` come in the order of the configuration.

    `exclude` says why a model is not to be used now. One that would not fit into `room` alone is out, too.
    """
    meant = sorted(
        (each for each in candidates if role in each.roles), key=lambda each: _order(each, role, profile)
    )
    against = {each.name: _against(each, exclude, room) for each in meant}
    able = [each for each in meant if not against[each.name]]
    verdicts = tuple(
        Verdict(each.name, each in able[:1], against[each.name] or _compared(each, able, role, profile))
        for each in meant
    )
    if not able:
        return Selection(role, None, _nobody(role, verdicts), verdicts)
    why = next(verdict.why for verdict in verdicts if verdict.chosen)
    return Selection(role, able[0].name, why, verdicts)


def _order(candidate: Candidate, role: str, profile: Profile) -> tuple[int, int]:
    return -candidate.roles[role], _liking(candidate, profile)


def _liking(candidate: Candidate, profile: Profile) -> int:
    """The place of a model's quantisation among those that a profile prefers; others share the last."""
    liked = profile.quantisations
    return liked.index(candidate.quantisation) if candidate.quantisation in liked else len(liked)


def _against(candidate: Candidate, exclude: Mapping[str, str], room: Room) -> str:
    """Why a model cannot serve at present, empty when it can."""
    return candidate.unusable or exclude.get(candidate.name, "") or _too_large(candidate.need, room)


def _too_large(need: Need | None, room: Room) -> str:
    parts = [] if need is None else [("GPU", need.gpu_claim, room.gpu), ("main", need.main, room.main)]
    return ", and ".join(
        f"it needs {math.ceil(takes / MIB)} MiB of {what} memory, and models may take {there // MIB} MiB"
        for what, takes, there in parts
        if takes > there
    )


def _compared(candidate: Candidate, able: Sequence[Candidate], role: str, profile: Profile) -> str:
    """What sets one of those that can serve apart from the others."""
    if len(able) == 1:
        return "it is the only one that can"
    return (_ahead if candidate is able[0] else _behind)(candidate, able, role, profile)


def _ahead(best: Candidate, able: Sequence[Candidate], role: str, profile: Profile) -> str:
    second = able[1]
    if best.roles[role] != second.roles[role]:
        return f"its priority of {best.roles[role]} is the highest of those that can"
    if _liking(best, profile) != _liking(second, profile):
        return f"its quantisation {best.quantisation} suits {profile.name} best of those that can"
    return "it comes first in the configuration, all else being equal"


def _behind(candidate: Candidate, able: Sequence[Candidate], role: str, profile: Profile) -> str:
    best = able[0]
    if candidate.roles[role] != best.roles[role]:
        return f"its priority is {candidate.roles[role]}, that of {best.name} is {best.roles[role]}"
    if _liking(candidate, profile) != _liking(best, profile):
        own = candidate.quantisation or "unknown"
        return (
            f"its quantisation is {own}, and {best.quantisation} of {best.name} suits {profile.name} better"
        )
    return f"it comes after {best.name} in the configuration"


def _nobody(role: str, verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return f"no model has the role {role}"
    return "; ".join(f"{verdict.model}: {verdict.why}" for verdict in verdicts)
