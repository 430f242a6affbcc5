"""Which models are in memory together, and how each is loaded.

Rules of this file: pure; everything is in bytes. That one inference runs at a time does not mean that one
model is in memory: what fits stays. Where memory is short, what nobody decided is made smaller first: the
context, then the cache of keys and values, then the projector leaves the GPU; only then idle models make
room, the least valuable first. What somebody decided is never changed, what works is never disturbed.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from glimpsed.core.fit import KvType, Need, Settings

CONTEXT, KV_TYPE, PROJECTOR = "context", "kv_type", "projector"
"""What may be automatic of a model's settings, by the names of the configuration."""

UNKNOWN = 2**62
"""Room where nobody can say how much memory there is: what is configured is then tried."""


class Variant(msgspec.Struct, frozen=True):
    """Settings to load a model with; `changed` has a phrase for each thing that was made smaller."""

    settings: Settings
    changed: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """One way of loading a model: a context in tokens, what it needs, and `changed` as a variant has it."""

    context: int
    kv_type: KvType
    projector_on_gpu: bool
    need: Need
    changed: tuple[str, ...] = ()


class Room(msgspec.Struct, frozen=True):
    """Bytes that models may take in all, what those in memory hold included."""

    gpu: int
    main: int


class Held(msgspec.Struct, frozen=True):
    """A model in memory: what it needs, and what it is worth. Only an `idle` one can make room.

    One that is `wanted` by something that waits is worth more than any that is not.
    """

    need: Need
    priority: int
    last_used: float
    idle: bool
    wanted: bool = False


class Placement(msgspec.Struct, frozen=True):
    """How to load a model, and which others must leave first, the least valuable first."""

    plan: Plan
    evict: tuple[str, ...] = ()


def variants(settings: Settings, automatic: AbstractSet[str], smallest_context: int) -> list[Variant]:
    """Every way to load a model, from `settings` as they are to the one that needs least of a GPU.

    What is not in `automatic` (`CONTEXT`, `KV_TYPE`, `PROJECTOR`) was decided by somebody and stays. The
    context is halved until it is `smallest_context` tokens; a quantised cache needs flash attention.
    """
    found = [Variant(settings)]
    if CONTEXT in automatic:
        found += _shorter(settings, smallest_context)
    if KV_TYPE in automatic and settings.kv_type == "f16" and settings.flash_attn != "off":
        found.append(_changed(found[-1], "the context is kept as q8_0, not as f16", kv_type="q8_0"))
    if PROJECTOR in automatic and settings.projector_on_gpu:
        found.append(_changed(found[-1], "the projector works on the CPU", projector_on_gpu=False))
    return found


def place(plans: Sequence[Plan], room: Room, held: Mapping[str, Held], most: int) -> Placement | None:
    """How a model gets into memory beside those `held`, at most `most` of them; `plans` best first.

    None when not even the smallest plan fits once everything idle has left. Nothing leaves that could stay.
    """
    idle = sorted((name for name in held if held[name].idle), key=lambda name: _worth(name, held[name]))
    for count in range(len(idle) + 1):
        staying = {name: held[name] for name in held if name not in idle[:count]}
        for plan in plans:
            if _fits(plan, room, staying, most):
                return Placement(plan, _necessary(plan, room, held, most, idle[:count]))
    return None


def fits_beside(plans: Sequence[Plan], room: Room, held: Sequence[Need], most: int) -> bool:
    """Whether a model gets into memory by one of its plans while those that are there stay."""
    if len(held) >= most:
        return False
    gpu, main = room.gpu - sum(n.gpu for n in held), room.main - sum(n.main for n in held)
    return any(plan.need.fits(gpu, main) for plan in plans)


def _shorter(settings: Settings, smallest: int) -> Iterator[Variant]:
    context = settings.context
    while context > smallest:
        context = max(context // 2, smallest)
        smaller = msgspec.structs.replace(settings, context=context)
        yield Variant(smaller, (f"the context has {context} tokens, not {settings.context}",))


def _changed(variant: Variant, phrase: str, **smaller: KvType | bool) -> Variant:
    return Variant(msgspec.structs.replace(variant.settings, **smaller), (*variant.changed, phrase))


def _worth(name: str, held: Held) -> tuple[bool, int, float, str]:
    return held.wanted, held.priority, held.last_used, name


def _fits(plan: Plan, room: Room, staying: Mapping[str, Held], most: int) -> bool:
    together = sum((held.need for held in staying.values()), plan.need)
    return len(staying) < most and together.fits(room.gpu, room.main)


def _necessary(
    plan: Plan, room: Room, held: Mapping[str, Held], most: int, leaving: Sequence[str]
) -> tuple[str, ...]:
    """Those of `leaving` that must: what is smaller than the others may stay after all."""
    evict = list(leaving)
    for name in reversed(leaving):
        without = [other for other in evict if other != name]
        staying = {other: held[other] for other in held if other not in without}
        if _fits(plan, room, staying, most):
            evict = without
    return tuple(evict)
