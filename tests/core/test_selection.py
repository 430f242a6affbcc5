"""Which model serves a role, and the reasons that a person gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.fit import GIB, MIB, Need
from glimpsed.core.profiles import PROFILES
from glimpsed.core.residency import Room
from glimpsed.core.selection import Candidate, Selection, Verdict, select

PROFILE = PROFILES["constrained_16gb"]
ROOM = Room(12 * GIB, 8 * GIB)


def model(name, priority=0, quantisation="Q4_K_M", **more):
    return Candidate(name, {"screen": priority}, quantisation, **more)


def reasons(candidates, exclude=(), room=ROOM, role="screen"):
    found = select(role, PROFILE, candidates, dict(exclude), room)
    return found.model, {verdict.model: verdict.why for verdict in found.verdicts}


@pytest.mark.parametrize(
    ("candidates", "chosen", "whys"),
    [
        ([model("a")], "a", {"a": "it is the only one that can"}),
        (
            [model("a", 1), model("b", 10)],
            "b",
            {
                "b": "its priority of 10 is the highest of those that can",
                "a": "its priority is 1, that of b is 10",
            },
        ),
        (
            [model("a", 5, "Q8_0"), model("b", 5)],
            "b",
            {
                "b": "its quantisation Q4_K_M suits constrained_16gb best of those that can",
                "a": "its quantisation is Q8_0, and Q4_K_M of b suits constrained_16gb better",
            },
        ),
        (
            [model("a", 0, ""), model("b", 0, "Q4_0")],
            "b",
            {
                "b": "its quantisation Q4_0 suits constrained_16gb best of those that can",
                "a": "its quantisation is unknown, and Q4_0 of b suits constrained_16gb better",
            },
        ),
        (
            [model("a", 0, "Q8_0"), model("b", 0, "F16")],
            "a",
            {
                "a": "it comes first in the configuration, all else being equal",
                "b": "it comes after a in the configuration",
            },
        ),
        (
            [model("a", 9, unusable="a.gguf does not exist"), model("b")],
            "b",
            {"a": "a.gguf does not exist", "b": "it is the only one that can"},
        ),
    ],
    ids=str,
)
def test_who_is_preferred_and_why(candidates, chosen, whys):
    found, said = reasons(candidates)
    assert found == chosen
    assert said == whys


def test_verdicts_come_in_order_of_preference():
    said = select("screen", PROFILE, [model("a", 1), model("b", 3), model("c", 2)], {}, ROOM)
    assert [verdict.model for verdict in said.verdicts] == ["b", "c", "a"]
    assert [verdict.chosen for verdict in said.verdicts] == [True, False, False]
    assert said.why == said.verdicts[0].why


def test_one_that_is_excluded_is_out_for_the_reason_that_was_given():
    chosen, said = reasons([model("a", 10), model("b")], {"a": "its breaker is open"})
    assert chosen == "b"
    assert said["a"] == "its breaker is open"


@pytest.mark.parametrize(
    ("need", "why"),
    [
        (Need({"all": 12 * GIB}, {"all": 8 * GIB}), ""),
        (
            Need({"all": 12 * GIB + 1}, {}),
            "it needs 12289 MiB of GPU memory, and models may take 12288 MiB",
        ),
        (Need({}, {"all": 9 * GIB}), "it needs 9216 MiB of main memory, and models may take 8192 MiB"),
        (
            Need({"all": 13 * GIB}, {"all": 9 * GIB}),
            (
                "it needs 13312 MiB of GPU memory, and models may take 12288 MiB,"
                " and it needs 9216 MiB of main memory, and models may take 8192 MiB"
            ),
        ),
        (None, ""),
    ],
    ids=str,
)
def test_one_that_does_not_fit_alone_is_out_with_both_numbers(need, why):
    chosen, said = reasons([model("a", 10, need=need), model("b", need=Need({}, {"all": MIB}))])
    assert chosen == ("b" if why else "a")
    assert not why or said["a"] == why


def test_a_role_without_a_model_says_so():
    assert select("session", PROFILE, [model("a")], {}, ROOM) == Selection(
        "session", None, "no model has the role session"
    )


def test_a_role_whose_models_all_cannot_has_every_reason():
    found = select(
        "screen", PROFILE, [model("a", unusable="broken"), model("b")], {"b": "switched off"}, ROOM
    )
    assert found == Selection(
        "screen",
        None,
        "a: broken; b: switched off",
        (Verdict("a", chosen=False, why="broken"), Verdict("b", chosen=False, why="switched off")),
    )


def test_a_model_has_a_priority_for_each_role():
    both = [Candidate("a", {"screen": 1, "ask": 9}), Candidate("b", {"screen": 9, "ask": 1})]
    assert reasons(both)[0] == "b"
    assert reasons(both, role="ask")[0] == "a"


QUANTISATIONS = st.sampled_from(["Q4_K_M", "Q4_0", "Q8_0", ""])
NEEDS = st.none() | st.builds(lambda gpu: Need({"all": gpu * GIB}), st.integers(0, 20))
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        name=st.sampled_from("abcdef"),
        roles=st.dictionaries(st.sampled_from(["screen", "ask"]), st.integers(-2, 2)),
        quantisation=QUANTISATIONS,
        need=NEEDS,
        unusable=st.sampled_from(["", "broken"]),
    ),
    max_size=5,
    unique_by=lambda candidate: candidate.name,
)


@given(CANDIDATES, st.dictionaries(st.sampled_from("abcdef"), st.just("switched off"), max_size=2))
def test_every_model_of_the_role_gets_one_verdict_and_one_that_can_is_chosen(candidates, exclude):
    found = select("screen", PROFILE, candidates, exclude, ROOM)
    meant = [each for each in candidates if "screen" in each.roles]
    assert sorted(verdict.model for verdict in found.verdicts) == sorted(each.name for each in meant)
    assert [verdict.model for verdict in found.verdicts if verdict.chosen] == [found.model] * bool(
        found.model
    )
    assert found.why
    assert all(verdict.why for verdict in found.verdicts)
    able = [
        each
        for each in meant
        if not each.unusable
        and each.name not in exclude
        and (each.need is None or each.need.fits(ROOM.gpu, ROOM.main))
    ]
    assert (found.model is None) == (not able)
    chosen = [each for each in able if each.name == found.model]
    assert all(chosen[0].roles["screen"] >= each.roles["screen"] for each in able)


@given(CANDIDATES)
def test_excluding_the_chosen_one_gives_the_next_and_excluding_another_changes_nothing(candidates):
    first = select("screen", PROFILE, candidates, {}, ROOM).model
    for each in candidates:
        found = select("screen", PROFILE, candidates, {each.name: "switched off"}, ROOM).model
        assert (found == first) == (each.name != first)


def test_room_that_others_of_several_gpus_have_is_no_room_for_a_projector():
    need = Need({"projector": 7 * GIB}, {}, lopsided=7 * GIB)
    chosen, whys = reasons([model("a", need=need)])
    assert chosen is None
    assert whys["a"] == "it needs 14336 MiB of GPU memory, and models may take 12288 MiB"
