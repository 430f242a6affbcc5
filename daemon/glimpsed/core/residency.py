"""Which models are in memory together, and how each is loaded.

Rules of this file: pure; everything is in bytes. That one inference runs at a time does not mean that one
model is in memory: what fits stays. Where memory is short, what nobody decided is made smaller first: the
context, then the cache of keys and values, then the projector leaves the GPU; only then idle models make
room, the least valuable first. The last resort, for what would not fit even alone, is that layers work on the
CPU, as few as may be. What somebody decided is never changed, what works is never disturbed.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from glimpsed.core.fit import KvType, Need, Settings

CONTEXT, KV_TYPE, PROJECTOR, LAYERS = "context", "kv_type", "projector", "gpu_layers"
"""What may be automatic of a model's settings, by the names of the configuration."""

PARTS = 8
"""Layers leave a GPU in so many parts: few enough that each way of loading is soon a measured one."""

PROJECTOR_LEFT = "the projector works on the CPU"
"""What a person is told when it could be on a GPU."""

UNKNOWN = 2**62
"""Room where nobody can say how much memory there is: what is configured is then tried."""


class Variant(msgspec.Struct, frozen=True):
    """Settings to load a model with; `changed` has a phrase for each thing that was made smaller.

    As a `last_resort` layers work on the CPU that nobody put there.
    """

    settings: Settings
    changed: tuple[str, ...] = ()
    last_resort: bool = False

    def plan(self, need: Need) -> "Plan":
        """The plan to load it so."""
        how = self.settings
        return Plan(
            how.context,
            how.kv_type,
            how.projector_on_gpu,
            need,
            changed=self.changed,
            gpu_layers=how.gpu_layers,
            last_resort=self.last_resort,
        )


class Plan(msgspec.Struct, frozen=True):
    """One way of loading a model: a context in tokens, `gpu_layers` (-1 is all of them), and what it needs.

    `changed` and `last_resort` are as a variant has them.
    """

    context: int
    kv_type: KvType
    projector_on_gpu: bool
    need: Need
    changed: tuple[str, ...] = ()
    gpu_layers: int = -1
    last_resort: bool = False


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


def variants(
    settings: Settings, automatic: AbstractSet[str], smallest_context: int, layers: int = 0
) -> list[Variant]:
    """Every way to load a model of so many `layers`, from `settings` as they are to least use of a GPU.

    What is not in `automatic` (`CONTEXT`, `KV_TYPE`, `PROJECTOR`, `LAYERS`) was decided by somebody and
    stays. The context is halved until it is `smallest_context` tokens; a quantised cache needs flash
    attention. What leaves the GPU altogether need not be small for it, and has the whole context again.
    """
    found = list(_smaller(settings, automatic, smallest_context))
    if LAYERS in automatic and settings.gpu_layers:
        found += _fewer_layers(found[-1], layers)
        found += _on_cpu(settings, automatic, smallest_context)
    return found


def _smaller(settings: Settings, automatic: AbstractSet[str], smallest_context: int) -> list[Variant]:
    """The ways that leave all layers where they are."""
    found = [Variant(settings)]
    if CONTEXT in automatic:
        found += _shorter(settings, smallest_context)
    if KV_TYPE in automatic and settings.kv_type == "f16" and settings.flash_attn != "off":
        found.append(_changed(found[-1], "the context is kept as q8_0, not as f16", kv_type="q8_0"))
    if PROJECTOR in automatic and settings.projector_on_gpu:
        found.append(_changed(found[-1], PROJECTOR_LEFT, projector_on_gpu=False))
    return found


def _fewer_layers(variant: Variant, layers: int) -> Iterator[Variant]:
    for count in sorted({layers * part // PARTS for part in range(1, PARTS)} - {0, layers}, reverse=True):
        phrase = f"{count} of {layers} layers work on the GPU"
        yield msgspec.structs.replace(_changed(variant, phrase, gpu_layers=count), last_resort=True)


def _on_cpu(settings: Settings, automatic: AbstractSet[str], smallest_context: int) -> Iterator[Variant]:
    phrases = ["the layers work on the CPU"]
    if PROJECTOR in automatic and settings.projector_on_gpu:
        phrases.append(PROJECTOR_LEFT)
        settings = msgspec.structs.replace(settings, projector_on_gpu=False)
    settings = msgspec.structs.replace(settings, gpu_layers=0)
    for each in _smaller(settings, automatic, smallest_context):
        yield Variant(each.settings, (*phrases, *each.changed), last_resort=True)


def retry_from(plans: Sequence[Plan], tried: Plan | None, room: Room | None = None) -> int:
    """The place in `plans` to go on at when `tried` found no memory: the smallest plan that is worth a try.

    What needs less than that is a last resort, and comes next when that was tried already. Where nothing that
    comes next would fit into `room`, the smallest plan that does is tried again: memory may have been short
    for a moment.
    """
    usual = sum(not plan.last_resort for plan in plans)
    known = (place for place, plan in enumerate(plans) if tried is not None and is_same(plan, tried))
    following = max(0, min(max(usual - 1, next(known, -1) + 1), len(plans) - 1))
    fits = [place for place, plan in enumerate(plans) if room is None or plan.need.fits(room.gpu, room.main)]
    return min(following, max(fits, default=following))


def is_same(one: Plan, other: Plan) -> bool:
    """Whether two plans load a model in the same way, whatever it is thought to need."""
    return msgspec.structs.replace(one, need=other.need) == other


def place(plans: Sequence[Plan], room: Room, held: Mapping[str, Held], most: int) -> Placement | None:
    """How a model gets into memory beside those `held`, at most `most` of them; `plans` best first.

    None when not even the smallest plan fits once everything idle has left. Nothing leaves that could stay,
    but for a plan that is a last resort only when no other would fit whoever left, and then for the best.
    """
    idle = sorted((name for name in held if held[name].idle), key=lambda name: _worth(name, held[name]))
    usual = [plan for plan in plans if not plan.last_resort]
    for equals in (usual, *([plan] for plan in plans if plan.last_resort)):
        for count in range(len(idle) + 1):
            staying = {name: held[name] for name in held if name not in idle[:count]}
            for plan in equals:
                if _fits(plan, room, staying, most):
                    return Placement(plan, _necessary(plan, room, held, most, idle[:count]))
    return None


def fits_beside(plans: Sequence[Plan], room: Room, held: Sequence[Need], most: int) -> bool:
    """Whether `place` has nobody leave, when those `held` are all idle; quicker than to ask it."""
    if len(held) >= most:
        return False
    gpu, main = room.gpu - sum(n.gpu_claim for n in held), room.main - sum(n.main for n in held)
    if any(plan.need.fits(gpu, main) for plan in plans if not plan.last_resort):
        return True
    alone = next((plan for plan in plans if plan.need.fits(room.gpu, room.main)), None)
    return alone is not None and alone.last_resort and alone.need.fits(gpu, main)


def _shorter(settings: Settings, smallest: int) -> Iterator[Variant]:
    context = settings.context
    while context > smallest:
        context = max(context // 2, smallest)
        smaller = msgspec.structs.replace(settings, context=context)
        yield Variant(smaller, (f"the context has {context} tokens, not {settings.context}",))


def _changed(variant: Variant, phrase: str, **smaller: KvType | bool | int) -> Variant:
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
