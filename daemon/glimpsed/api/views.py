"""From what we know to what we say: core and store types into wire types.

Rules of this file: pure; nothing is looked up here. Paths become text for people and may lose bytes.
"""

import math

from glimpsed.api.reasons import Prospects, why
from glimpsed.core.ladder import awaiting
from glimpsed.core.model import PictureText, Result
from glimpsed.core.tasks.model import Part, Task
from glimpsed.store.found import Found, Match
from glimpsed.store.found_sessions import FoundSession
from glimpsed.store.jobs import JobRow
from glimpsed.store.rejections import RejectionRow
from glimpsed.store.shots import ShotRow
from glimpsed.store.tasks import TaskRow
from glimpsed.wire.tasks import PartView, ProofView, TaskView
from glimpsed.wire.views import (
    BoxView,
    EntityView,
    FoundSessionView,
    FoundView,
    JobView,
    LineView,
    MarkView,
    MatchView,
    RejectionView,
    ResultView,
    ShotView,
    SightingView,
)


def path_text(path: bytes) -> str:
    """A file name as text; bytes that are not UTF-8 are written out."""
    return path.decode("utf-8", "backslashreplace")


def deadline_ms(now_ms: int, deadline_s: float | None) -> int | None:
    """When nobody wants it any more that was asked for now."""
    return None if deadline_s is None else now_ms + math.ceil(deadline_s * 1000)


def result_view(result: Result, reason: str) -> ResultView:
    """A result with its provenance; `reason` says why it is no better one."""
    said = result.description
    return ResultView(
        id=result.id,
        rung=result.rung,
        application=said.application,
        application_type=said.application_type,
        window_title=said.window_title,
        activity=said.activity,
        task=said.task,
        summary=said.summary,
        entities=[EntityView(kind=entity.kind, text=entity.text) for entity in said.entities],
        confidence=said.confidence,
        model=result.model,
        prompt_version=result.prompt_version,
        schema_version=result.schema_version,
        created_ms=result.created_ms,
        timings=result.timings,
        why=reason,
        reused_from=result.reused_from,
    )


def job_view(row: JobRow) -> JobView:
    """A job as it stands."""
    job = row.job
    return JobView(
        id=job.id,
        kind=job.kind,
        state=job.state,
        picture=job.picture,
        shot=job.shot,
        model=job.model,
        deaths=job.deaths + job.interruptions,
        urgency=job.urgency,
        created_ms=job.created_ms,
        ended_ms=row.ended_ms,
        error=job.error,
        answer=job.answer,
        failures=job.failures,
        deadline_ms=job.deadline_ms,
        session=job.session,
    )


def shot_view(row: ShotRow, prospects: Prospects) -> ShotView:
    """A shot with its current result, and what can be had beyond it."""
    shot, picture = row.shot, row.picture
    jobs = [job.job for job in row.jobs]
    return ShotView(
        id=shot.id,
        picture=picture.sha256,
        source=shot.source,
        path=path_text(shot.path),
        taken_at_ms=shot.taken_at.ms,
        taken_offset_s=shot.taken_at.offset_s,
        taken_from=shot.taken_at.origin,
        added_ms=shot.added_ms,
        width=picture.width,
        height=picture.height,
        format=picture.format,
        bytes=picture.size,
        changed_tiles=row.changed_tiles,
        tiles=picture.tile_count,
        result=result_view(row.result, why(row.result.rung, jobs, prospects)),
        awaiting=list(awaiting(jobs, prospects.possible)),
        jobs=[job_view(job) for job in row.jobs],
    )


def found_view(row: Found, prospects: Prospects) -> FoundView:
    """A picture that was found."""
    return FoundView(
        shot=shot_view(row.row, prospects),
        score=row.score,
        times=row.times,
        sightings=[SightingView(shot=shot, taken_at_ms=ms) for shot, ms in row.sightings],
        matches=[_match_view(match) for match in row.matches],
        session=None if row.session is None else row.session.id,
    )


def found_session_view(found: FoundSession) -> FoundSessionView:
    """A session that was found, or that pictures were found of."""
    session = found.session
    return FoundSessionView(
        id=session.id,
        title=session.title,
        state=session.state,
        start_ms=session.start_ms,
        end_ms=session.end_ms,
        offset_s=session.offset_s,
        active_ms=session.active_ms,
        rung=session.rung,
        score=found.score,
        matches=[_match_view(match) for match in found.matches],
    )


def _match_view(match: Match) -> MatchView:
    return MatchView(
        field=match.field,
        text=match.passage.text,
        marks=[MarkView(*mark) for mark in match.passage.marks],
        box=None if match.line is None else BoxView(*match.line.box),
    )


def rejection_view(row: RejectionRow) -> RejectionView:
    """A file that cannot be a shot."""
    rejection = row.rejection
    return RejectionView(
        id=rejection.id,
        source=rejection.source,
        path=path_text(rejection.path),
        code=rejection.code,
        detail=rejection.detail,
        seen_ms=rejection.seen_ms,
        times=row.times,
    )


def line_views(text: PictureText | None) -> list[LineView] | None:
    """The lines of a picture, None when it was not read."""
    if text is None:
        return None
    return [LineView(line.text, *line.box, line.confidence) for line in text.lines]


def task_view(row: TaskRow | Task, sessions: int) -> TaskView:
    """A task that is in so many sessions."""
    return TaskView(
        id=row.id,
        title=row.title,
        state=row.state,
        first_ms=row.first_ms,
        last_ms=row.last_ms,
        active_ms=row.active_ms,
        sessions=sessions,
        proofs=[ProofView(at_ms=p.at_ms, session=p.session, text=p.text) for p in row.proofs],
    )


def part_view(part: Part) -> PartView:
    """A session's share of a task."""
    return PartView(
        session=part.session, start_ms=part.start_ms, end_ms=part.end_ms, active_ms=part.active_ms
    )
