"""What says that a task is done, and what only looks like it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import ApplicationType, Entity, EntityKind
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.tasks.endings import done, pages
from glimpsed.core.tasks.names import Name, NameKind

TICKET = Name(NameKind.NUMBER, "", "#48101", 1)
ISSUE = Name(NameKind.NUMBER, "", "SHOP-12", 1)
FORM = Name(NameKind.DOCUMENT, "", "VAT return Q3", 1)
PAGE_OF = {
    TICKET: "#48101 Router keeps blinking",
    ISSUE: "[SHOP-12] Voucher field loses focus",
    FORM: "VAT return Q3",
}


def seen(*lines, title="", at=1000):
    browser = ApplicationType.WEB_BROWSER
    return Sighting(
        f"shot-{at}", at, application="Firefox", application_type=browser, window_title=title, text=lines
    )


def proof(name, *sightings):
    return done("s", name, pages(sightings))


DONE = [
    (TICKET, ["#48101 Router keeps blinking   Solved"]),
    (TICKET, ["#48101 Router keeps blinking - Closed"]),
    (TICKET, ["[Resolved] #48101 Router keeps blinking"]),
    (TICKET, ["Ticket #48101: Done"]),
    (ISSUE, ["SHOP-12 Voucher field loses focus DONE"]),
    (ISSUE, ["SHOP-12   Erledigt"]),
]
ON_ITS_PAGE = [
    "This ticket has been closed.",
    "Pull request successfully merged and closed",
    "jonabara merged 3 commits into main from fix/postings",
    "merged commit 5f3c9a1 into main",
    "inesk closed this as completed on Nov 3",
    "Status: Solved",
    "Status changed to Closed",
    "Status Resolved",
]


@pytest.mark.parametrize(("name", "lines"), DONE)
def test_a_state_beside_its_number_says_so_wherever_it_stands(name, lines):
    assert proof(name, seen(*lines, title="Your tickets")).text == lines[0].replace("   ", " ")


@pytest.mark.parametrize("line", ON_ITS_PAGE)
@pytest.mark.parametrize("name", [TICKET, ISSUE])
def test_a_sentence_on_its_own_page_says_so(name, line):
    told = proof(name, seen("Hello,", line, "Best regards", title=PAGE_OF[name], at=77))
    assert (told.at_ms, told.session, told.text) == (77, "s", line)


def test_its_own_page_is_known_by_its_address_too():
    entities = (Entity(EntityKind.URL, "https://desk.example.com/agent/tickets/48101"),)
    page = msgspec.structs.replace(seen("Status: Solved"), entities=entities)
    assert proof(TICKET, page).text == "Status: Solved"
    assert proof(ISSUE, page) is None


@pytest.mark.parametrize("line", ON_ITS_PAGE)
def test_the_same_sentence_on_another_page_says_nothing(line):
    assert proof(TICKET, seen(line, title="#48102 Charged twice")) is None
    assert proof(TICKET, seen(line, title="Dashboard")) is None
    assert proof(TICKET, seen(line)) is None


@pytest.mark.parametrize(
    "title",
    [
        "[Solved] #48101 Router keeps blinking",
        "#48101 Router keeps blinking (closed)",
        "Closed: #48101 Router",
    ],
)
def test_a_title_says_so(title):
    assert proof(TICKET, seen("Done", title=title)).text == title


MISLEADING = [
    "Mark as done",
    "Mark #48101 as Done",
    "Submit as Solved",
    "Submit #48101 as Solved",
    "Close ticket",
    "Close #48101",
    "Closed",
    "Done",
    "Solved",
    "Resolved 12   Closed 3",
    "Open  Pending  Solved  Closed",
    "Is #48101 Done?",
    "Is #48101 Done",
    "When #48101 is Done",
    "#48101 is not Solved",
    "#48101 will be Closed",
    "#48101 is still not quite Solved",
    "#48101 almost Done",
    "#48101 unsolved",
    "#48101 Router keeps blinking done",
    "Fixed #48101 but it came back",
    "closes #48101",
    "Your unsolved tickets",
    "#48107 Charged twice   Solved",
    "#48101 Router keeps blinking   #48107 Charged twice   Closed",
    "#481012 Something else   Closed",
    "This ticket will be closed automatically",
    "This ticket was closed when nobody replied, see #48107",
    "Ticket is resolved when the customer confirms",
    "Please close the ticket once it is solved",
    "This ticket is not closed",
    "inesk closed this as not planned",
    "inesk closed this as a duplicate of #48107",
    "Status: Open",
    "Status: Pending",
    "Status: Closed or Solved",
    "Filter by status: Closed",
    "to do   in progress   done",
]


@pytest.mark.parametrize("line", MISLEADING)
def test_buttons_lists_wishes_and_the_states_of_others_say_nothing(line):
    assert proof(TICKET, seen(line, title=PAGE_OF[TICKET])) is None
    assert proof(TICKET, seen("Hello,", line, "Regards", title=PAGE_OF[TICKET])) is None
    assert proof(TICKET, seen(line, title="All tickets")) is None


def test_a_sentence_beside_another_number_is_about_that_one():
    linked = ("Linked issues", "SHOP-9 Voucher codes", "Status: Done")
    assert proof(ISSUE, seen(*linked, title=PAGE_OF[ISSUE])) is None
    assert proof(ISSUE, seen("SHOP-12", "Status: Done", title=PAGE_OF[ISSUE])) is not None


@pytest.mark.parametrize(
    "again", ["inesk reopened this", "Status: Reopened", "Status: Open", "Status In progress"]
)
def test_what_is_open_again_is_not_done(again):
    closed = seen("Status: Closed", title=PAGE_OF[TICKET], at=1)
    opened = seen("Status: Closed", again, title=PAGE_OF[TICKET], at=2)
    assert proof(TICKET, closed, opened) is None
    assert proof(TICKET, opened, closed) is None, "order is by time"
    last = seen("This ticket has been closed", title=PAGE_OF[TICKET], at=3)
    assert proof(TICKET, last, closed, opened).at_ms == 3


@pytest.mark.parametrize(
    "line",
    [
        "Your VAT return Q3 has been submitted",
        "VAT return Q3 was transmitted to the tax office.",
        "VAT return Q3 wurde übermittelt",
    ],
)
def test_a_document_is_done_if_a_sentence_names_it_and_says_that_it_was_sent(line):
    assert proof(FORM, seen(line)).text == line


@pytest.mark.parametrize(
    "line",
    [
        "Your return has been submitted",
        "Submit VAT return Q3",
        "VAT return Q3 has not been submitted",
        "Once VAT return Q3 has been submitted it cannot be changed",
        "VAT return Q3 will have been submitted",
        "VAT return Q2 has been submitted",
        "VAT return Q3 Done",
        "Message sent",
    ],
)
def test_a_document_is_not_done_by_anything_else(line):
    assert proof(FORM, seen(line, title="VAT return Q3")) is None


def test_a_project_is_never_done():
    project = Name(NameKind.PROJECT, "", "ledger-api", 1)
    assert (
        proof(project, seen("ledger-api has been published", "ledger-api Done", title="ledger-api")) is None
    )


def test_a_misread_number_of_the_same_letters_is_the_same():
    assert proof(TICKET, seen("#48101 Router Closed", title="x")) is not None
    assert proof(ISSUE, seen("Status: Done", title="[SHOP-12] Voucher")) is not None


WORDS = st.lists(
    st.sampled_from(
        ["#48101", "#48107", "Closed", "Done", "mark", "as", "not", "ticket", "Router", "?", "is", "Status:"]
    ),
    max_size=6,
).map(" ".join)


@given(st.lists(WORDS, max_size=6), st.sampled_from([PAGE_OF[TICKET], "Tickets", ""]))
def test_nothing_of_a_screen_without_its_number_and_off_its_page_says_anything(lines, title):
    told = proof(TICKET, seen(*lines, title=title))
    if told is None:
        return
    assert "#48107" not in told.text
    assert "#48101" in told.text or title == PAGE_OF[TICKET]
    assert {"mark", "not", "?"}.isdisjoint(told.text.split())


@given(st.lists(st.text(max_size=300), max_size=30), st.text(max_size=80))
def test_any_text_at_all_is_read(lines, title):
    for name in (TICKET, ISSUE, FORM):
        assert proof(name, seen(*lines, title=title)) is None or lines


def test_a_long_screen_is_read_in_time():
    hostile = [
        "closed this as " + "x" * 225,
        "status: " * 30,
        "Ticket " + "is " * 75,
        "merged 1 commit " * 15,
    ]
    assert proof(TICKET, *(seen(*hostile * 500, title=PAGE_OF[TICKET], at=n) for n in range(20))) is None
