"""When background work waits for the sake of others."""

from glimpsed.core.yielding import RULES, Yielding

ALL = frozenset(rule.name for rule in RULES)
CALM = {"foreign_gpu": 0.0, "on_battery": 0.0}


def settled(yielding, readings, now):
    """The rules in force once these readings have lasted."""
    yielding.feed(readings, now)
    return yielding.feed(readings, now + 1000)


def test_a_process_that_uses_the_gpu_is_yielded_to_once_it_has_for_a_while():
    yielding = Yielding(ALL)
    assert yielding.next_change is None
    busy = CALM | {"foreign_gpu": 90.0}
    assert yielding.feed(busy, 0) == ()
    assert yielding.next_change == 10
    assert yielding.feed(busy, 10) == ("foreign_gpu",)
    assert yielding.sentences == ("another process uses the GPU",)
    assert yielding.feed(CALM | {"foreign_gpu": 30.0}, 500) == ("foreign_gpu",)
    assert settled(yielding, CALM, 600) == ()
    assert yielding.sentences == ()


def test_a_desktop_that_draws_its_windows_is_not_yielded_to():
    assert settled(Yielding(ALL), CALM | {"foreign_gpu": 15.0}, 0) == ()


def test_on_a_battery_background_work_waits_until_the_plug_is_in_for_a_while():
    yielding = Yielding(ALL)
    assert settled(yielding, CALM | {"on_battery": 1.0}, 0) == ("on_battery",)
    assert yielding.feed(CALM, 2000) == ("on_battery",)
    assert yielding.feed(CALM, 2010) == ()


def test_what_cannot_be_told_keeps_nothing_waiting():
    yielding = Yielding(ALL)
    assert settled(yielding, {"foreign_gpu": 99.0, "on_battery": 1.0}, 0) == ("foreign_gpu", "on_battery")
    assert yielding.feed({"foreign_gpu": None}, 2000) == ()


def test_only_rules_that_were_asked_for_are_minded():
    readings = {"foreign_gpu": 99.0, "on_battery": 1.0}
    assert settled(Yielding({"on_battery"}), readings, 0) == ("on_battery",)
    assert settled(Yielding(()), readings, 0) == ()
