"""What a session says of tasks, from its shots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import Activity, ApplicationType, Entity, EntityKind
from glimpsed.core.sessions.model import Sighting, Telling
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.tasks.evidence import LEAST_MS, gather, told
from glimpsed.core.tasks.names import NameKind
from task_samples import as_session

MINUTE = 60_000
Kind = ApplicationType


def shot(at_s, title="", application="Firefox", kind=Kind.WEB_BROWSER, *, url="", text=("words",), **more):
    entities = (Entity(EntityKind.URL, url),) if url else ()
    name = f"shot-{at_s:06}-{more.get('source', '')}"
    return Sighting(
        name, at_s * 1000, application=application, application_type=kind,
        window_title=title, entities=entities, text=text, **more,
    )  # fmt: skip


def code(at_s, project="shop", file="cart.py", **more):
    return shot(
        at_s, f"{file} - {project} - Visual Studio Code", "Visual Studio Code", Kind.CODE_EDITOR, **more
    )


def chat(at_s, **more):
    return shot(
        at_s, "general (Channel) - Acme - Slack", "Slack", Kind.CHAT, activity=Activity.COMMUNICATION, **more
    )


def sheet(at_s, name="Budget 2027.xlsx"):
    return shot(at_s, f"{name} - Excel", "Microsoft Excel", Kind.SPREADSHEET)


def ticket(at_s, number=48101, title="Router keeps blinking", **more):
    url = f"https://desk.example.com/agent/tickets/{number}"
    return shot(at_s, f"#{number} {title} - Mozilla Firefox", url=url, **more)


def session_of(shots, **more):
    """What a session would be, if the segmenter took all of these for one."""
    return as_session(segment(shots)[0], shots, **more)


def said(*shots, **more):
    return gather(session_of(shots, **more), shots)


def heads(*shots, **more):
    return [
        (each.names[0].kind.value, each.names[0].text, each.part.active_ms) for each in said(*shots, **more)
    ]


def every(seconds, count, make, begin=0, **more):
    return [make(begin + n * seconds, **more) for n in range(count)]


def test_a_project_is_a_task_with_all_that_belongs_to_it():
    page = shot(200, "Transaction isolation - Mozilla Firefox", url="https://www.postgresql.org/docs/tx")
    (only,) = said(
        *every(30, 6, code), page, shot(230, "New Tab - Mozilla Firefox"), *every(30, 4, code, 260)
    )
    assert [(name.kind.value, name.text) for name in only.names] == [
        ("project", "shop"),
        ("document", "Transaction isolation"),
        ("page", "postgresql.org/docs/tx"),
    ], "files of an editor are named alike everywhere, and are not among them"
    assert (only.part.start_ms, only.part.end_ms) == (0, 350_000)
    assert only.part.active_ms == pytest.approx(350_000, abs=10)


def test_several_projects_are_several_tasks():
    found = heads(*every(30, 10, code), *every(30, 10, code, 300, project="kit"))
    assert [(kind, text) for kind, text, _ in found] == [("project", "shop"), ("project", "kit")]
    assert [ms for _, _, ms in found] == pytest.approx([300_000, 270_000], abs=60)


def test_a_project_that_was_looked_at_for_a_moment_is_none():
    found = heads(*every(30, 20, code), code(600, "kit"), *every(30, 20, code, 630))
    assert [text for _, text, _ in found] == ["shop"]


def test_tickets_one_after_the_other_are_a_task_each_with_what_was_looked_up_for_it():
    article = shot(100, "Reset your router - Mozilla Firefox", url="https://help.example.com/a/reset")
    found = heads(
        *every(20, 5, ticket), article, *every(20, 5, ticket, 130, number=48107, title="Charged twice")
    )
    assert [(kind, text) for kind, text, _ in found] == [("number", "#48101"), ("number", "#48107")]
    assert found[0][2] == pytest.approx(130_000, abs=20)


def test_a_ticket_is_known_by_its_address_where_no_title_was_read():
    shots = [
        shot(
            at,
            "",
            "",
            url="https://desk.example.com/agent/tickets/48101",
            text=("#48101 Router keeps blin", "Hello"),
        )
        for at in range(0, 200, 20)
    ]
    (only,) = said(*shots)
    assert [(name.kind.value, name.text) for name in only.names] == [
        ("number", "#48101"),
        ("document", "#48101 Router keeps blin"),
        ("page", "desk.example.com/agent/tickets/48101"),
    ]


def test_a_number_that_was_misread_once_is_no_ticket():
    found = heads(*every(20, 5, ticket), ticket(100, 43101), *every(20, 5, ticket, 120))
    assert [text for _, text, _ in found] == ["#48101"]


def test_a_project_in_which_one_number_is_most_of_it_is_that_number():
    pull = "https://github.com/acme/shop/pull/512"
    review = [shot(at, "Reject duplicates #512 - Mozilla Firefox", url=pull) for at in range(0, 300, 30)]
    (mostly,) = said(*review, *every(30, 3, code, 300))
    assert (mostly.names[0].kind, mostly.names[0].text, mostly.names[0].owner) == (
        NameKind.NUMBER,
        "#512",
        "sh0p",
    )
    (looked_at,) = said(*review[:2], *every(30, 10, code, 60))
    assert looked_at.names[0].text == "shop"


def test_documents_that_go_together_are_one_task():
    (only,) = said(*every(30, 6, sheet), *every(30, 4, sheet, 180, name="Headcount plan.xlsx"))
    assert [name.text for name in only.names] == ["Budget 2027.xlsx", "Headcount plan.xlsx"]


def test_what_was_looked_at_for_a_moment_is_no_name_of_the_work():
    """Else a minute at a register would have all that is done in it later belong here."""
    peek = sheet(1800, "Asset register.xlsx")
    (only,) = said(*every(30, 60, sheet), peek, *every(30, 60, sheet, 1835))
    assert [name.text for name in only.names] == ["Budget 2027.xlsx"]


@pytest.mark.parametrize(
    "shots",
    [
        every(30, 20, chat),
        every(30, 20, shot, title="New Tab - Mozilla Firefox"),
        every(30, 20, shot, title="(3) WhatsApp - Mozilla Firefox"),
        every(30, 20, shot, title="WhafsApp - Mozilla Firefox"),
        every(
            30,
            20,
            shot,
            title="Inbox - a@b.test - Mozilla Thunderbird",
            application="Thunderbird",
            kind=Kind.EMAIL,
        ),
        every(30, 20, shot, text=()),
        [sheet(0), sheet(10)],
    ],
)
def test_chat_mail_blank_tabs_and_glances_are_no_tasks(shots):
    assert said(*shots) == ()


def test_a_glance_at_chat_costs_a_task_its_time():
    work = [*every(30, 10, code), chat(300), *every(30, 10, code, 340)]
    (only,) = said(*work)
    assert session_of(work).interruptions
    assert only.part.active_ms == pytest.approx(session_of(work).active_ms - 40_000, abs=60)


def test_chat_on_a_second_screen_costs_nothing():
    work = [each for at in range(0, 300, 30) for each in (code(at, source="1"), chat(at + 5, source="2"))]
    (only,) = said(*work)
    assert only.part.active_ms == pytest.approx(session_of(work).active_ms, abs=60)


def test_two_screens_at_one_moment_share_it():
    pairs = [
        each for at in range(0, 300, 30) for each in (code(at, source="1"), code(at + 1, "kit", source="2"))
    ]
    found = heads(*pairs)
    assert len(found) == 2
    assert found[0][2] == pytest.approx(found[1][2], abs=60)


def test_readings_of_one_name_are_one_under_the_commonest():
    (only,) = said(*every(30, 6, sheet), sheet(180, "Budqet 2027.xlsx"), *every(30, 2, sheet, 210))
    assert [name.text for name in only.names] == ["Budget 2027.xlsx"]


@pytest.mark.parametrize(
    ("wordings", "wording"),
    [
        (("Compare the budget 2027 with last year",), "Compare the budget 2027 with last year"),
        (("Something else", "Fill in Budget 2027"), "Fill in Budget 2027"),
        (("Prepare the annual report",), ""),
        ((), ""),
    ],
)
def test_a_models_wording_counts_if_it_names_what_was_seen(wordings, wording):
    (only,) = said(*every(30, 10, sheet), told=Telling(tasks=wordings))
    assert only.wording == wording


def test_a_models_wording_makes_no_task():
    assert said(*every(30, 20, chat), told=Telling(tasks=("Fill in Budget 2027",))) == ()


def test_what_says_that_it_is_done_comes_along():
    closed = ticket(200, text=("Hello", "Status: Solved"))
    (only,) = said(*every(20, 10, ticket), closed)
    assert (only.done.at_ms, only.done.text) == (200_000, "Status: Solved")


SHOTS = st.lists(
    st.tuples(
        st.integers(0, 3000),
        st.sampled_from([code, chat, sheet, ticket, shot]),
        st.sampled_from(["", "screen-2"]),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda each: each[0],
)


@given(SHOTS, st.randoms(use_true_random=False))
def test_no_more_time_than_there_was_within_the_session_and_in_any_order(wanted, chance):
    shots = [make(at) if make is sheet else make(at, source=source) for at, make, source in wanted]
    for stretch in segment(shots):
        own = [each for each in shots if each.shot in stretch.shots]
        session = as_session(stretch, own)
        found = gather(session, own)
        assert sum(each.part.active_ms for each in found) <= session.active_ms + len(own)
        for each in found:
            assert each.part.active_ms >= LEAST_MS
            assert session.start_ms <= each.part.start_ms <= each.part.end_ms <= session.end_ms
            assert each.names
        chance.shuffle(own)
        assert gather(session, own) == found


@given(
    st.lists(
        st.builds(
            Sighting,
            st.text("abc", max_size=2), st.integers(-(2**40), 2**45), application=st.text(max_size=8),
            application_type=st.sampled_from(Kind), window_title=st.text(max_size=60),
            entities=st.lists(
                st.builds(Entity, st.sampled_from(EntityKind), st.text(max_size=40)), max_size=3
            ).map(tuple),
            text=st.lists(st.text(max_size=40), max_size=4).map(tuple),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_whatever_was_read_and_whenever(shots):
    """Garbage, times that jump, shots that are not in the session at all."""
    session = session_of(every(30, 4, code))
    for each in told(session, shots):
        assert each.evidence.part.active_ms >= LEAST_MS
        assert each.pieces


def test_ten_thousand_shots_in_a_minute_are_read_in_time():
    burst = [code(0, project=f"p{n % 7}", file=f"f{n % 500}.py") for n in range(10_000)]
    shots = [Sighting(f"{n:05}", n * 6, application=each.application, window_title=each.window_title,
                      application_type=each.application_type) for n, each in enumerate(burst)]  # fmt: skip
    assert len(said(*shots)) <= 7
