"""When a day begins, as a person writes it."""

from pathlib import Path

import pytest

from glimpsed.config import Config, ConfigErrors, parse
from glimpsed.core.sessions.settings import Settings

BASE = Path("/etc/glimpsed")


@pytest.mark.parametrize(
    ("written", "minutes"), [("04:00", 240), ("00:00", 0), ("23:59", 1439), ("09:30", 570), ("19:05", 1145)]
)
def test_when_a_day_begins(written, minutes):
    sessions = parse(f'[sessions]\nday_start = "{written}"', BASE).sessions
    assert (sessions.day_start, sessions.day_start_ms) == (written, minutes * 60_000)


def test_sessions_and_their_configuration_have_one_default():
    assert Config().sessions.day_start_ms == Settings().day_start_ms


@pytest.mark.parametrize(
    "written", ["4", '"4:00"', '"24:00"', '"04:60"', '"04:00:00"', '""', '" 04:00"', '"\\u0660\\u0664:00"']
)
def test_what_is_no_time_of_day_is_refused(written):
    with pytest.raises(ConfigErrors) as caught:
        parse(f"[sessions]\nday_start = {written}", BASE)
    assert [problem.path for problem in caught.value.problems] == ["sessions.day_start"]
