"""What the scheduler shows of itself: its state as an overview.

Rules of this file: it looks and changes nothing.
"""

import math

from glimpsed.core.casting import ROLES
from glimpsed.core.ladder import mode
from glimpsed.core.overview import (
    BreakerOverview,
    Overview,
    ResidentOverview,
    SlotOverview,
    WaitingOverview,
)
from glimpsed.core.places import idle_until
from glimpsed.core.residency import UNKNOWN
from glimpsed.core.scheduler import Scheduler


def look(scheduler: Scheduler, *, reads: bool, now: float) -> Overview:
    """How everything stands at `now`; `reads`: text can be read."""
    casting, queue = scheduler.casting, scheduler.queue
    room, later = casting.room, queue.later
    served = {role for role in ROLES if casting.selection(role).model is not None}
    return Overview(
        mode=mode(served, reads=reads),
        profile=casting.profile.name,
        slot=_slot(scheduler, now),
        residents=_residents(scheduler, now),
        gpu_room=room.gpu if room is not None and room.gpu < UNKNOWN else 0,
        main_room=room.main if room is not None and room.main < UNKNOWN else 0,
        waiting=tuple(WaitingOverview(*line) for line in queue.lines(now)),
        deferred=queue.deferred,
        put_off=len(later),
        next_try_s=None if later.first is None else max(0.0, later.first[0] - now),
        breakers=_breakers(scheduler, now),
        yielding=scheduler.yielding.sentences,
        alarms=scheduler.alarms.raised,
        missing={role: casting.selection(role).why for role in ROLES if role not in served},
    )


def _slot(scheduler: Scheduler, now: float) -> SlotOverview:
    slot = scheduler.slot
    if slot.activity == "idle":
        return SlotOverview()
    return SlotOverview(
        activity=slot.activity,
        model=slot.model,
        role=slot.role,
        job=slot.job,
        elapsed_s=max(0.0, now - slot.since),
        predicted_s=scheduler.predicted_s(),
    )


def _residents(scheduler: Scheduler, now: float) -> tuple[ResidentOverview, ...]:
    slot, models = scheduler.slot, scheduler.casting.models
    found = []
    for name, resident in slot.residents.items():
        until = math.inf if slot.model == name else idle_until(models[name], resident)
        plan = resident.plan
        found.append(
            ResidentOverview(
                model=name,
                gpu=plan.need.gpu,
                main=plan.need.main,
                measured=plan.need.measured,
                context=plan.context,
                kv_type=plan.kv_type,
                projector_on_gpu=plan.projector_on_gpu,
                changed=plan.changed,
                unload_in_s=max(0.0, until - now) if until < math.inf else None,
            )
        )
    return tuple(found)


def _breakers(scheduler: Scheduler, now: float) -> tuple[BreakerOverview, ...]:
    planned = {probe: at for at, probe in scheduler.probes()}
    return tuple(
        BreakerOverview(
            model=model,
            role=role,
            sort=sort,
            state=breaker.state,
            calls=breaker.calls,
            failures=breaker.failures,
            probe_in_s=max(0.0, planned[probe] - now) if (probe := (model, role, sort)) in planned else None,
        )
        for model, role, sort, breaker in scheduler.casting.breakers
    )
