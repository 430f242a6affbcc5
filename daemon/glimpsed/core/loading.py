"""How models get into memory and out of it again, and what is known of the room there is for them.

Rules of this file: pure; time is an argument. It changes the slot and what is known of the models when one
was loaded, could not be, or is gone. Nothing is loaded on what was seen of memory a while ago: that is looked
at once more, and until it is known nothing else is begun, so that what is held does not change meanwhile.
"""

import math
from collections.abc import Callable, Sequence

import msgspec

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.casting import Casting
from glimpsed.core.effects import Effect
from glimpsed.core.fit import Need
from glimpsed.core.places import OUT_OF_MEMORY, Slot
from glimpsed.core.residency import Held, Placement, Plan, Room, fits_beside, place

MAX_LOADS_LOST = 2
"""Children that may end before they did anything, one after the other, until a model's breakers open."""

LIVED_S = 60.0
"""A child that was there for longer had been loaded well."""

FRESH_S = 5.0
"""Seconds for which what was seen of memory is good enough to load a model on."""


LOOK_LIMIT_S = 10.0
"""A look at the room that takes longer is not waited for: a driver may hang, and the last look must do."""

CROWDED_S = 3600.0
"""How long a plan that found no memory beside other models is not tried beside any."""


class Loading:
    """What is loaded into the slot, and how."""

    def __init__(self, slot: Slot, casting: Casting, is_wanted: Callable[[str], bool]) -> None:
        """Nothing is loaded, and nothing is known of the room; `is_wanted` tells for whom something waits."""
        self._slot = slot
        self._casting = casting
        self._is_wanted = is_wanted
        self._looking_since: float | None = None
        self._crowded: dict[str, tuple[int, float]] = {}  # how many plans of a model, and until when
        self._seen_at = -math.inf
        self._plan: Plan | None = None
        self._outdated = False  # the files of what is being loaded have changed since
        self._alone: set[str] = set()  # models that found no memory: they are loaded next by themselves

    @property
    def looking(self) -> bool:
        """Whether the room is being looked at, since a model is to be loaded."""
        return self._looking_since is not None

    @property
    def wake_at(self) -> float | None:
        """When a look at the room has taken too long."""
        return None if self._looking_since is None else self._looking_since + LOOK_LIMIT_S

    def woken(self, now: float) -> None:
        """A look that has taken too long is not waited for any more."""
        if self.wake_at is not None and now >= self.wake_at:
            self._looking_since, self._seen_at = None, now

    # -- what was learnt

    def room_seen(self, event: was.RoomSeen, now: float) -> list[Effect]:
        """How much memory models may take in all; while some changes hands nobody can tell."""
        asked = event.held is not None
        if asked:
            self._looking_since = None
        stale = asked and event.held != self._held_need()
        if not stale and self._slot.activity not in ("loading", "unloading"):
            self._seen_at = now
            self._casting.room_seen(event.room)
        return []

    def model_inspected(self, event: was.ModelInspected, _now: float) -> list[Effect]:
        """A model's files were looked at; what is in memory is from the files before."""
        self._take_back(event.model)
        self._outdated |= self._slot.activity == "loading" and self._slot.model == event.model
        self._alone.discard(event.model)
        self._crowded.pop(event.model, None)
        return self._casting.inspected(event)

    def model_loaded(self, event: was.ModelLoaded, now: float) -> list[Effect]:
        """A child holds the model."""
        model, plan = self._casting.models[event.model], self._plan
        if plan is None or self._slot.model != event.model:
            raise RuntimeError(f"nobody wanted {event.model} to be loaded")
        measured = plan if event.need is None else msgspec.structs.replace(plan, need=event.need)
        model.plans = tuple(measured if each == plan else each for each in model.plans)
        model.device, model.detail = event.device, ""
        self._casting.predictor.loaded(event.model, event.device, event.ms)
        self._casting.reconsider()
        self._slot.loaded(event.model, measured, now)
        self._slot.residents[event.model].overweight = self._outdated
        self._alone.discard(event.model)
        return []

    def model_refused(self, event: was.ModelRefused, now: float) -> list[Effect]:
        """A model could not be loaded. Only for want of memory it is tried again, once, alone and smaller."""
        name, plan = event.model, self._plan
        self._slot.gone(name)
        if self._outdated:
            return []  # it says nothing of the files that are there now
        if event.code != OUT_OF_MEMORY:
            self._casting.given_up(name, event.code, event.detail)
            return []
        self._casting.models[name].detail = event.detail
        if name not in self._alone:
            if plan is not None and self._slot.residents:
                self._found_no_room(name, plan, now)
            # What found no memory beside others may find it alone.
            self._next_time_alone(name, None if self._slot.residents else plan)
            return []
        self._alone.discard(name)
        self._casting.use_best(name)
        return self._casting.load_failed(name, now)

    def model_overweight(self, event: was.ModelOverweight, _now: float) -> list[Effect]:
        """A model's child holds too much memory: it is taken back as soon as it does nothing."""
        self._take_back(event.model)
        return []

    def model_unloaded(self, event: was.ModelUnloaded, _now: float) -> list[Effect]:
        """A model's child has ended as it was told to."""
        self.gone(event.model)
        return []

    def model_gone(self, event: was.ModelGone, now: float) -> list[Effect]:
        """A child ended that did nothing; one that does something is heard of by what it does."""
        if event.model not in self._slot.residents or self._slot.model == event.model:
            return []
        return self.lost(event.model, now)

    def gone(self, name: str) -> None:
        """A model's child has ended, and its memory is free: next time it may be loaded as is best."""
        self._slot.gone(name)
        if name not in self._alone:
            self._casting.use_best(name)

    def lost(self, name: str, now: float) -> list[Effect]:
        """A model's child ended while it was loaded, or before it was asked anything."""
        resident, model = self._slot.residents.get(name), self._casting.models[name]
        self._slot.gone(name)
        if resident is not None and now - resident.since > LIVED_S:
            model.loads_lost = 0
        model.loads_lost += 1
        return self._casting.load_failed(name, now) if model.loads_lost >= MAX_LOADS_LOST else []

    def ran_out(self, name: str, now: float) -> None:
        """A model found no memory for what it was asked.

        What is beside it took what it lacked, or it takes more than was known.
        """
        resident, alone = self._slot.residents.get(name), len(self._slot.residents) == 1
        if resident is not None and not alone:
            self._found_no_room(name, resident.plan, now)
        self._next_time_alone(name, resident.plan if resident is not None and alone else None)
        for each in self._slot.residents:
            self._take_back(each)

    def suspect(self, name: str) -> None:
        """A model failed at its work: what is wrong may be with its child alone, and a fresh one is due."""
        self._take_back(name)

    # -- what is done

    def is_here(self, name: str, now: float) -> bool:
        """Whether a model is in memory, or has room beside those that are."""
        if name in self._slot.residents:
            return True
        if name in self._alone:
            return not self._slot.residents
        room, held = self._casting.room, [resident.plan.need for resident in self._slot.residents.values()]
        if room is None:
            return False
        ways = self._beside(name, room, now) if held else self._casting.models[name].ways
        return fits_beside(ways, room, held, self._casting.profile.residents)

    def leaving_for(self, name: str, now: float) -> tuple[str, ...]:
        """Which models would have to leave for one to be loaded."""
        if name in self._slot.residents:
            return ()
        if name in self._alone:
            return tuple(self._slot.residents)
        placement = self._placement(name, now)
        return placement.evict if placement is not None else ()

    def load(self, name: str, now: float) -> list[Effect]:
        """The next step to have a model in memory; the slot does nothing at present."""
        if now - self._seen_at > FRESH_S:
            self._looking_since = now
            return [do.LookAtRoom(self._held_need())]
        if leaving := self.leaving_for(name, now):
            return self.unload(leaving[0], now)
        placement = self._placement(name, now)
        if placement is None:
            raise RuntimeError(f"there is no room for {name}, which was selected")
        self._plan, self._outdated = placement.plan, False
        self._slot.load(name, now)
        return [do.LoadModel(name, placement.plan)]

    def unload(self, name: str, now: float) -> list[Effect]:
        """A model's child is to end."""
        self._slot.unload(name, now)
        return [do.UnloadModel(name)]

    def _held_need(self) -> Need:
        return sum((resident.plan.need for resident in self._slot.residents.values()), Need())

    def _take_back(self, name: str) -> None:
        if name in self._slot.residents:
            self._slot.residents[name].overweight = True

    def _next_time_alone(self, name: str, tried: Plan | None) -> None:
        self._alone.add(name)
        self._casting.use_less(name, tried)

    def _found_no_room(self, name: str, plan: Plan, now: float) -> None:
        """A plan found no memory beside others, whatever was seen of the room: nor will a larger one."""
        plans = self._casting.models[name].plans
        if plan in plans:
            self._crowded[name] = plans.index(plan) + 1, now + CROWDED_S

    def _beside(self, name: str, room: Room, now: float) -> Sequence[Plan]:
        """The plans to load a model by beside others: no last resort where another would do alone."""
        model = self._casting.models[name]
        count, until = self._crowded.get(name, (0, now))
        plans = model.plans[max(model.plan_from, count if now < until else 0) :]
        alone = place(model.ways, room, {}, most=1)
        if alone is None or alone.plan.last_resort:
            return plans
        return [plan for plan in plans if not plan.last_resort]

    def _placement(self, name: str, now: float) -> Placement | None:
        room, ways, most = (
            self._casting.room,
            self._casting.models[name].ways,
            self._casting.profile.residents,
        )
        if room is None:
            return None
        held = {
            other: Held(
                resident.plan.need,
                self._casting.models[other].priority,
                resident.last_used,
                idle=True,
                wanted=self._is_wanted(other),
            )
            for other, resident in self._slot.residents.items()
        }
        alone = place(ways, room, {}, most)
        beside = place(self._beside(name, room, now), room, held, most) if held else None
        if beside is None or len(beside.evict) == len(held):
            return None if alone is None else Placement(alone.plan, tuple(held))
        return beside
