"""Describe a screenshot from its text and its layout alone: the `ocr` rung, and the `minimum` below it.

Rules of this room: pure Python, no I/O, a few milliseconds a picture, total (any text, any boxes, any size).
Nothing is invented: what is not visible is empty or unknown. What is known of particular applications is
data in `known`; structures are found by `layout` and `titles`, weighed by `recognise`.
"""

import msgspec

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.model import Description, PictureText
from glimpsed.core.rules.entities import find_entities, first_error
from glimpsed.core.rules.files import mended
from glimpsed.core.rules.layout import find_cell, find_dialog
from glimpsed.core.rules.recognise import recognise
from glimpsed.core.rules.screen import Screen
from glimpsed.core.rules.titles import in_file_name
from glimpsed.core.rules.wording import activity_of, document_of, summary_of, task_of

__all__ = ["describe", "minimum"]

_MAX_TITLE = 200


def describe(text: PictureText, width: int, height: int, *, file_name: str = "") -> Description:
    """Describe a picture of `width` x `height` pixels from its text; never raises.

    The application is empty where only its kind can be told; in a browser that shows no name of its own, it
    is the web application in the address. `confidence` is that of the application times the mean confidence
    of the text: 0.95 when a title bar names it; else, by the score s of menus, cues and layout, 0.2 + s/10
    (at most 0.8) when they name it and 0.1 + s/10 (at most 0.5) when they tell its kind only; 0.2 when only
    the file's name tells it, 0.1 when nothing does, 0 without text.
    """
    screen = Screen(text, width, height)
    if not screen.lines:
        least = minimum(file_name)
        return msgspec.structs.replace(least, summary=f"No text was found in it. {least.summary}".strip())
    seen = recognise(screen, file_name)
    activity = activity_of(screen, seen)
    document = mended(document_of(screen, seen, activity))
    dialog = find_dialog(screen)
    cell = find_cell(screen) if seen.application.kind is Kind.SPREADSHEET else ""
    entities = find_entities(screen, document, seen.address, seen.commands)
    sureness = sum(min(1.0, max(0.0, line.confidence)) for line in screen.lines) / len(screen.lines)
    return Description(
        application=seen.application.name,
        application_type=seen.application.kind,
        window_title=mended(seen.title)[:_MAX_TITLE],
        activity=activity,
        task=task_of(activity, seen, document, cell, dialog),
        summary=summary_of(
            screen, seen, document=document, cell=cell, dialog=dialog, error=first_error(entities)
        ),
        entities=entities,
        confidence=round(seen.certainty * sureness, 3),
    )


def minimum(file_name: str) -> Description:
    """Describe a picture of which only the name is known; `confidence` is 0.2 if it names an application.

    Nothing is said of its text: nobody has looked yet, or could.
    """
    app = in_file_name(file_name)
    if app is None:
        return Description()
    summary = f"Its file name says {app.name}."
    return Description(application=app.name, application_type=app.kind, summary=summary, confidence=0.2)
