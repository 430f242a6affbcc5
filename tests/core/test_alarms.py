"""What is over its threshold: raised once, cleared once."""

import pytest

from glimpsed.core.alarms import RULES, AlarmChange, Alarms
from glimpsed.core.overview import AlarmOverview

CALM = {"oldest_wait": 12.0, "error_rate": 0.0, "memory": 0.9}


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        ("oldest_wait", 4000.0, "a job has waited for 4000 s"),
        ("error_rate", 0.25, "25% of the last calls of models failed"),
        ("memory", 1.1, "models take 110% of the memory that is meant for them"),
    ],
)
def test_an_alarm_is_raised_once_and_cleared_once(name, value, detail):
    alarms, bad = Alarms(), CALM | {name: value}
    assert [alarms.feed(bad, now) for now in (0, 29)] == [[], []]
    assert [change for now in (60, 90, 5000) for change in alarms.feed(bad, now)] == [
        AlarmChange(name, raised=True, detail=detail)
    ]
    assert alarms.raised == (AlarmOverview(name, detail),)
    cleared = [change for now in (6000, 6060, 9000) for change in alarms.feed(CALM, now)]
    assert [(change.name, change.raised) for change in cleared] == [(name, False)]
    assert alarms.raised == ()


def test_a_raised_alarm_shows_what_its_reading_is_by_now():
    alarms = Alarms()
    for now, share in ((0, 0.5), (60, 0.5), (61, 0.15)):
        alarms.feed(CALM | {"error_rate": share}, now)
    assert alarms.raised == (AlarmOverview("error_rate", "15% of the last calls of models failed"),)


def test_an_alarm_whose_reading_is_not_known_any_more_is_cleared():
    alarms = Alarms()
    for now in (0, 60):
        alarms.feed(CALM | {"error_rate": 1.0}, now)
    assert alarms.feed({}, 61) == [AlarmChange("error_rate", raised=False, detail="")]


def test_all_can_be_raised_together_and_the_next_change_is_the_first_of_them():
    alarms, bad = Alarms(), {"oldest_wait": 1e6, "error_rate": 1.0, "memory": 2.0}
    alarms.feed(CALM, 0)
    assert alarms.next_change is None
    alarms.feed(bad, 0)
    assert alarms.next_change == min(rule.hold_s for rule in RULES)
    assert {change.name for change in alarms.feed(bad, 100)} == {rule.name for rule in RULES}


def test_models_that_fill_their_memory_exactly_are_no_alarm():
    alarms = Alarms()
    assert [alarms.feed(CALM | {"memory": 1.0}, now) for now in (0, 1000)] == [[], []]
