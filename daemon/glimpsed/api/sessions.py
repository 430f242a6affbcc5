"""`sessions`: stretches of work, the latest begun first, a page at a time."""

from collections.abc import Sequence

import apsw

from glimpsed.api.context import Context
from glimpsed.core.sessions.model import Session, Share
from glimpsed.store import sessions, telling
from glimpsed.wire.sessions import (
    InterruptionView,
    JudgedView,
    SessionsReply,
    SessionsRequest,
    SessionView,
    ShareView,
    StepView,
)


async def handle(context: Context, request: SessionsRequest) -> SessionsReply:
    """Show a page. Raises `RequestError` `bad_request` for a cursor that is not one of ours."""
    wanted = sessions.Filter(request.since_ms, request.until_ms, request.workflow)

    def page(cx: apsw.Connection) -> SessionsReply:
        found = sessions.sessions(cx, wanted, request.cursor, request.limit)
        return SessionsReply(sessions=session_views(cx, found.rows), next=found.next)

    return await context.store.read(page)


def session_views(cx: apsw.Connection, found: Sequence[Session]) -> list[SessionView]:
    """Sessions as clients see them, with what models said of where they begin."""
    judged = telling.judgements_of(cx, [session.boundary.shot for session in found])
    return [session_view(session, judged.get(session.boundary.shot)) for session in found]


def session_view(session: Session, judgement: telling.Judgement | None) -> SessionView:
    """A session as clients see it; `judgement` is about its beginning."""
    outline, told = session.outline, session.told
    return SessionView(
        id=session.id,
        version=session.version,
        state=session.state,
        start_ms=session.start_ms,
        end_ms=session.end_ms,
        offset_s=session.offset_s,
        active_ms=session.active_ms,
        shots=session.shots,
        first_shot=session.boundary.shot,
        last_shot=session.last_shot,
        reasons=list(session.boundary.reasons),
        confidence=session.boundary.confidence,
        judged=None if judgement is None else _judged_view(judgement),
        rung=session.rung,
        title=session.title,
        summary=session.summary,
        workflow=session.workflow,
        focus=outline.focus,
        applications=_share_views(outline.applications),
        projects=_share_views(outline.projects),
        documents=_share_views(outline.documents),
        activities=_share_views(outline.activities),
        interruptions=[
            InterruptionView(glance.start_ms, glance.end_ms, glance.application)
            for glance in session.interruptions
        ],
        steps=[StepView(step.start_ms, step.end_ms, step.text) for step in session.steps],
        main_activities=list(told.activities) if told else [],
        tasks=list(told.tasks) if told else [],
        efficiency=told.efficiency if told else "",
        recommendations=list(told.recommendations) if told else [],
        claims=told.claims if told else 0,
        dropped=told.dropped if told else 0,
        model=told.model if told else None,
        prompt_version=told.prompt_version if told else None,
    )


def _judged_view(judgement: telling.Judgement) -> JudgedView:
    said = judgement.judged
    return JudgedView(shot=said.shot, begins=said.begins, confidence=said.confidence, model=judgement.model)


def _share_views(shares: tuple[Share, ...]) -> list[ShareView]:
    return [ShareView(share.name, share.active_ms, share.part) for share in shares]
