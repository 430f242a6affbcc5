"""The figures of tasks, on tasks that one sees at a glance."""

import pytest

from eval.day import Stream, Truth
from eval.tasks import figures, scores, told
from glimpsed.core.model import ApplicationType
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.sessions.segmenting import segment

MINUTE = 60_000


@pytest.mark.parametrize(
    ("true", "found", "expected"),
    [
        ("aaabbb", "xxxyyy", (1, 1)),
        ("aaabbb", "xxxxxx", (0, 0)),
        ("aaaaab", "xxxxxx", (1, 1)),
        ("aaaaaa", "xxxxyy", (1, 1)),
        ("aaaaaa", "xxxxyyy"[:6], (1, 1)),
        ("aaaaaaa", "xxxxyyy", (0.5, 1)),
        ("aaabbb", "xxx___", (1, 0.5)),
        ("aaabbb", "______", (None, 0)),
        ("aaa___", "xxxyyy", (1, 1)),
        ("aabbb", "xxyyy", (1, 1)),
        ("__", "__", (None, 1)),
    ],
)
def test_scores(true, found, expected):
    blank = [[each.replace("_", "") for each in letters] for letters in (true, found)]
    assert scores(*blank) == expected


def stream(*projects):
    """A day with a shot a minute, an hour at each project, and an hour of nothing between two."""
    shots, task, session = [], [], []
    for number, project in enumerate(projects):
        for minute in range(60):
            name = f"shot-{number:02}-{minute:02}"
            at = (2 * number * 60 + minute) * MINUTE
            title = f"main.py - {project} - Visual Studio Code"
            kind = ApplicationType.CODE_EDITOR
            shots.append(
                Sighting(
                    name, at, application="Visual Studio Code", application_type=kind, window_title=title
                )
            )
            task.append(project)
            session.append(number)
    truth = Truth(tuple(session), tuple(task), (False,) * len(task), (), ())
    return Stream("made", 0, tuple(shots), (), truth)


def test_a_task_of_several_sessions_is_found_as_one():
    day = stream("shop", "kit", "shop")
    stretches = segment(day.sightings)
    assert len(stretches) == 3
    found = told(day, stretches)
    assert len(set(found)) == 2
    assert found[0] == found[-1] != found[60]
    assert figures(day, stretches) == {"task_precision": 1, "task_recall": 1}
