"""From what we know of models and their work to what we say: core and store types into wire types.

Rules of this file: pure, as `views`. Durations come in seconds and go out in milliseconds.
"""

from collections.abc import Iterable, Mapping
from typing import get_args

from glimpsed.api.figures import Subject
from glimpsed.api.views import path_text
from glimpsed.core.breaker import Outcome
from glimpsed.core.fit import Need, unknown
from glimpsed.core.histogram import Stage, quantile
from glimpsed.core.overview import Overview, SlotOverview
from glimpsed.core.places import ModelState
from glimpsed.core.selection import Selection
from glimpsed.store.calls import CallSummary
from glimpsed.wire import scheduling as v

FAULTS = frozenset(get_args(Outcome)) - {"ok"}
"""Outcomes of a call that are a model's own fault; the others say nothing of it."""


def slot_view(slot: SlotOverview, subject: Subject | None = None) -> v.SlotView:
    """What is done with a model now; `subject` is what its job is about, or one that has ended was."""
    if subject is not None and subject.job != slot.job:
        subject = None
    return v.SlotView(
        activity=slot.activity,
        model=slot.model,
        role=slot.role,
        job=slot.job,
        elapsed_ms=_ms(slot.elapsed_s),
        predicted_ms=None if slot.predicted_s is None else _ms(slot.predicted_s),
        shot=None if subject is None else subject.shot,
        path=None if subject is None else path_text(subject.path),
    )


def resident_views(overview: Overview) -> list[v.ResidentView]:
    """The models in memory."""
    return [
        v.ResidentView(
            model=each.model,
            gpu_bytes=each.gpu,
            main_bytes=each.main,
            measured=each.measured,
            context=each.context,
            kv_type=each.kv_type,
            projector_on_gpu=each.projector_on_gpu,
            changed=list(each.changed),
            unload_in_ms=None if each.unload_in_s is None else _ms(each.unload_in_s),
        )
        for each in overview.residents
    ]


def waiting_views(overview: Overview) -> list[v.WaitingView]:
    """Who waits, in the order in which the machine tells of them."""
    return [
        v.WaitingView(urgency=each.urgency, kind=each.kind, jobs=each.jobs, oldest_ms=_ms(each.oldest_s))
        for each in overview.waiting
    ]


def next_try_in_ms(overview: Overview) -> int | None:
    """When the first of the jobs that were put off is tried again."""
    return None if overview.next_try_s is None else _ms(overview.next_try_s)


def breaker_views(overview: Overview) -> list[v.BreakerView]:
    """Every breaker that was told of a call."""
    return [
        v.BreakerView(
            model=each.model,
            role=each.role,
            sort=each.sort,
            state=each.state,
            calls=each.calls,
            failures=each.failures,
            probe_in_ms=None if each.probe_in_s is None else _ms(each.probe_in_s),
        )
        for each in overview.breakers
    ]


def alarm_views(overview: Overview) -> list[v.AlarmView]:
    """What is over its threshold."""
    return [v.AlarmView(name=alarm.name, detail=alarm.detail) for alarm in overview.alarms]


def stage_views(counts: Mapping[Stage, Mapping[int, int]]) -> list[v.StageView]:
    """How long the stages took that were counted, in the order of the work."""
    return [
        v.StageView(
            name=stage,
            count=sum(counts[stage].values()),
            p50_ms=quantile(counts[stage], 0.5) or 0,
            p95_ms=quantile(counts[stage], 0.95) or 0,
            p99_ms=quantile(counts[stage], 0.99) or 0,
        )
        for stage in Stage
        if stage in counts
    ]


def calls_view(summaries: Iterable[CallSummary]) -> v.CallsView:
    """All calls together."""
    rows = call_stats_views(summaries)
    return v.CallsView(
        calls=sum(row.calls for row in rows),
        errors=sum(row.errors for row in rows),
        retries=sum(row.retries for row in rows),
        encoded=sum(row.encoded for row in rows),
        reused=sum(row.reused for row in rows),
    )


def call_stats_views(summaries: Iterable[CallSummary]) -> list[v.CallStatsView]:
    """The calls of each model in each role."""
    return [
        v.CallStatsView(
            model=each.model,
            role=each.role,
            calls=each.calls,
            outcomes=each.outcomes,
            errors=sum(times for outcome, times in each.outcomes.items() if outcome in FAULTS),
            retries=each.retries,
            encoded=each.encoded,
            reused=each.reused,
            prompt_tokens=each.prompt_tokens,
            kept_tokens=each.kept_tokens,
            output_tokens=each.output_tokens,
            forced_tokens=each.forced_tokens,
            steps=each.steps,
            total_ms=each.total_ms,
        )
        for each in summaries
    ]


def candidate_view(
    model: ModelState, state: str, file: str, overview: Overview, remark: str = ""
) -> v.CandidateView:
    """A configured model: as it is loaded, or else as it would be if there were room.

    `remark` is said of it where nothing worse is.
    """
    resident = next((each for each in overview.residents if each.model == model.name), None)
    takes = resident or _need(model)
    return v.CandidateView(
        name=model.name,
        file=file,
        roles=dict(model.roles),
        quantisation=model.quantisation,
        gpu_bytes=None if takes is None else takes.gpu,
        main_bytes=None if takes is None else takes.main,
        measured=takes is not None and takes.measured,
        state=state,
        resident=resident is not None,
        code=model.code,
        detail=model.detail or remark,
        hint=model.hint,
        keep_alive_s=model.keep_alive_s if model.keep_alive_s >= 0 else None,
    )


def _need(model: ModelState) -> Need | None:
    """What a model takes when it is loaded as it is planned, None where its files do not say."""
    need = model.plans[model.plan_from].need if model.plans else unknown()
    return None if need == unknown() else need


def selection_view(selection: Selection) -> v.SelectionView:
    """Which model has a role, and why no other."""
    return v.SelectionView(
        role=selection.role,
        model=selection.model,
        why=selection.why,
        verdicts=[
            v.VerdictView(model=verdict.model, chosen=verdict.chosen, why=verdict.why)
            for verdict in selection.verdicts
        ],
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
