"""What a session was, by rules: kind of work, title, summary, and what was done one after the other.

Rules of this file: pure. Only what was seen is said, and it is said what was done, of nobody.
"""

from collections.abc import Sequence

from glimpsed.core.model import Activity
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.folding import fold
from glimpsed.core.sessions.attention import Visit, focus, shares
from glimpsed.core.sessions.identity import Label, Work
from glimpsed.core.sessions.model import Interruption, Outline, Share, Step, Workflow
from glimpsed.core.sessions.moments import Look, Moment
from glimpsed.core.sessions.settings import HOUR_MS, MINUTE_MS

MAX_TITLE = 120
MAX_SUMMARY = 400
MAX_STEPS = 24
_MAX_SHARES = 12
_NAMED = 3
_MOST = 0.5
"""Part of the time from which one kind of work is what a session was."""

_LEAST_STEP_MS = 30_000
_LEAST_PART = 0.05

_BY_WORK = {
    Work.CODE: Workflow.CODING,
    Work.DESIGN: Workflow.CONTENT_CREATION,
    Work.TALK: Workflow.COMMUNICATION,
    Work.MEETING: Workflow.MEETING,
}
_BY_ACTIVITY = {
    Activity.CODING: Workflow.CODING,
    Activity.DEBUGGING: Workflow.CODING,
    Activity.CODE_REVIEW: Workflow.CODING,
    Activity.RUNNING_COMMANDS: Workflow.CODING,
    Activity.READING: Workflow.RESEARCH,
    Activity.RESEARCH: Workflow.RESEARCH,
    Activity.WRITING: Workflow.CONTENT_CREATION,
    Activity.PRESENTING: Workflow.CONTENT_CREATION,
    Activity.DESIGNING: Workflow.CONTENT_CREATION,
    Activity.DATA_ANALYSIS: Workflow.ADMINISTRATION,
    Activity.PLANNING: Workflow.ADMINISTRATION,
    Activity.FILE_MANAGEMENT: Workflow.ADMINISTRATION,
    Activity.CONFIGURATION: Workflow.ADMINISTRATION,
    Activity.ADMINISTRATION: Workflow.ADMINISTRATION,
}
_BY_KIND = {
    Kind.SPREADSHEET: Workflow.ADMINISTRATION,
    Kind.WORD_PROCESSOR: Workflow.CONTENT_CREATION,
    Kind.PRESENTATION: Workflow.CONTENT_CREATION,
    Kind.NOTES: Workflow.CONTENT_CREATION,
    Kind.WEB_BROWSER: Workflow.RESEARCH,
    Kind.DOCUMENT_VIEWER: Workflow.RESEARCH,
    Kind.FILE_MANAGER: Workflow.ADMINISTRATION,
    Kind.PROJECT_MANAGEMENT: Workflow.ADMINISTRATION,
    Kind.SETTINGS: Workflow.ADMINISTRATION,
    Kind.SYSTEM: Workflow.ADMINISTRATION,
}
KINDS = {
    Workflow.CODING: "Coding",
    Workflow.RESEARCH: "Reading",
    Workflow.MEETING: "Meeting",
    Workflow.CONTENT_CREATION: "Writing and design",
    Workflow.COMMUNICATION: "Messages",
    Workflow.ADMINISTRATION: "Office work",
    Workflow.MIXED: "Various",
}
"""What kinds of work are called."""


def outline(
    pieces: Sequence[Moment],
    looks: Sequence[Look],
    every: Sequence[Visit],
    interrupted: Sequence[Interruption],
) -> Outline:
    """What a session was, from its moments (which name `looks` by index) and its visits."""
    applications = shares(pieces, looks, lambda seen: seen.application)
    projects = shares(pieces, looks, lambda seen: seen.project)
    documents = shares(pieces, looks, lambda seen: seen.document)
    kind = _workflow(shares(pieces, looks, lambda seen: workflow_of(seen) or ""))
    title = _title(kind, projects, documents, applications)
    return Outline(
        title,
        _summary(
            kind, sum(piece.active_ms for piece in pieces), (projects, documents, applications), interrupted
        ),
        kind,
        focus(every, interrupted),
        applications[:_MAX_SHARES],
        shares(pieces, looks, lambda seen: "" if seen.activity is Activity.UNKNOWN else seen.activity.value),
        projects[:_MAX_SHARES],
        documents[:_MAX_SHARES],
        _steps(every, looks),
    )


def workflow_of(seen: Label) -> Workflow | None:
    """The kind of work that a screen is of, None where nothing tells."""
    return _BY_WORK.get(seen.work) or _BY_ACTIVITY.get(seen.activity) or _BY_KIND.get(seen.kind)


def _workflow(kinds: tuple[Share, ...]) -> Workflow:
    """The kind of work of most of the time."""
    return Workflow(kinds[0].name) if kinds and kinds[0].part >= _MOST else Workflow.MIXED


def _title(
    kind: Workflow, projects: tuple[Share, ...], documents: tuple[Share, ...], applications: tuple[Share, ...]
) -> str:
    if (
        projects
        and projects[0].part >= _LEAST_PART
        and kind in (Workflow.CODING, Workflow.MIXED, Workflow.RESEARCH)
    ):
        return _short(f"{KINDS[kind]}: {projects[0].name}", MAX_TITLE)
    about = documents if kind is not Workflow.COMMUNICATION else ()
    subject = about[0].name if about else applications[0].name if applications else ""
    return _short(f"{KINDS[kind]}: {subject}" if subject else KINDS[kind], MAX_TITLE)


def _summary(
    kind: Workflow,
    active_ms: int,
    spent: tuple[tuple[Share, ...], tuple[Share, ...], tuple[Share, ...]],
    interrupted: Sequence[Interruption],
) -> str:
    """One to three sentences of what was done."""
    projects, documents, applications = spent
    text = f"{KINDS[kind]} for {_duration(active_ms)}"
    if projects:
        text += f" in {projects[0].name}"
    if names := [share.name for share in documents[:_NAMED] if share.part >= _LEAST_PART]:
        text += ": " + ", ".join(_short(name, 60) for name in names)
    used = [f"{share.name} {share.part:.0%}" for share in applications[:_NAMED] if share.part >= _LEAST_PART]
    sentences = [text, ", ".join(used)]
    if interrupted:
        by = ", ".join(dict.fromkeys(glance.application for glance in interrupted if glance.application))
        times = f"Interrupted {len(interrupted)} times" if len(interrupted) > 1 else "Interrupted once"
        sentences.append(f"{times} by {by}" if by else times)
    return _short(". ".join(sentence for sentence in sentences if sentence), MAX_SUMMARY - 1) + "."


def _steps(every: Sequence[Visit], looks: Sequence[Look]) -> tuple[Step, ...]:
    """What was done one after the other, the longest where there are too many."""
    shown = [(looks[index], active_ms) for visit in every for index, active_ms in _shown(visit)]
    found = [Step(seen.at_ms, seen.at_ms + active_ms, _words(seen.label)) for seen, active_ms in shown]
    kept = [step for step in _joined(found) if step.end_ms - step.start_ms >= _LEAST_STEP_MS]
    longest = sorted(_joined(kept), key=lambda step: (step.start_ms - step.end_ms, step.start_ms))[:MAX_STEPS]
    return tuple(sorted(longest, key=lambda step: step.start_ms))


def _joined(steps: Sequence[Step]) -> list[Step]:
    """Steps that follow each other and say the same are one; those that say nothing are left out."""
    found: list[Step] = []
    for step in steps:
        if found and fold(found[-1].text) == fold(step.text):
            found[-1] = Step(found[-1].start_ms, max(found[-1].end_ms, step.end_ms), found[-1].text)
        elif step.text:
            found.append(step)
    return found


def _words(label: Label) -> str:
    return _short(label.task or label.document or label.application, MAX_TITLE)


def _shown(visit: Visit) -> list[tuple[int, int]]:
    """The shots of a visit, each with the presence in front of it."""
    spent: dict[int, int] = {}
    for piece in visit.moments:
        spent[piece.looks[0]] = spent.get(piece.looks[0], 0) + piece.active_ms
    return list(spent.items())


def _duration(ms: int) -> str:
    minutes = round(ms / MINUTE_MS)
    hours = ms // HOUR_MS
    if minutes == 0:
        return "less than a minute"
    return f"{hours} h {minutes - 60 * hours:02} min" if hours else f"{minutes} min"


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
