"""Replies that are valid JSON and false: what is said of a session is held against what was seen."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import unsupported
from glimpsed.core.model import Activity, ApplicationType, Entity, EntityKind
from glimpsed.core.sessions.checking import checked_part, checked_whole, fault_of
from glimpsed.core.sessions.evidence import Evidence
from glimpsed.core.sessions.model import Sighting, Step, Telling, Workflow
from glimpsed.core.sessions.naming import named, sentences
from glimpsed.core.sessions.told import Note, PartSaid, Refused, SaidStep, WholeSaid
from workdays import MINUTE, START_MS

EAST = 3600
LINK = Entity(EntityKind.URL, "https://github.com/acme/shop/pull/481")
CODE = {
    "application": "Visual Studio Code",
    "application_type": ApplicationType.CODE_EDITOR,
    "window_title": "invoice_import.py - shop - Visual Studio Code",
    "text": (
        "def parse_rows(lines):",
        "raise ImportError_",
        "12 tests failed, 3 passed",
        "TODO Maria Schmidt",
    ),
    "activity": Activity.CODING,
}
WEB = {
    "application": "Mozilla Firefox",
    "application_type": ApplicationType.WEB_BROWSER,
    "window_title": "Fix the invoice import by jonas - Pull Request #481 - Mozilla Firefox",
    "text": ("Ticket SHOP-77: rows are lost when the invoice has no date", "Review required"),
    "entities": (LINK,),
    "activity": Activity.CODE_REVIEW,
}
SHOTS = [Sighting(f"s{n}", START_MS + n * MINUTE, EAST, **(CODE if n < 40 else WEB)) for n in range(60)]
SEEN = Evidence(SHOTS, active_ms=60 * MINUTE)  # 09:00 to 10:00 on the wall

TRUE = [
    "Fixed parse_rows in invoice_import.py of the project shop.",
    "Reviewed pull request #481 for SHOP-77 in Firefox.",
    "Read https://github.com/acme/shop/pull/481 and the review.",
    "Looked into rows that are lost when an invoice has no date.",
    "Worked on the invoice import for about an hour.",
    "Spent 40 minutes in Visual Studio Code and 20 min on the review.",
    "Used 2 applications for the invoice import.",
    "Left 12 tests of the import failing at 09:30.",
    'Opened "Fix the invoice import by jonas".',
    "Added a note for Maria Schmidt about the import.",
    "Mended invoice_irnport.py after a misread line.",  # rn is m
    "Invoice import: rows without a date",
    "Edited the user guide of the invoice import.",
    "Invoice rows",
    "Parsing of rows",
    "Invoices without dates, rows without one",
    "Worked in Firefox.",
    "Planned and reviewed the import, then tested the parser.",
]
FALSE = {
    "The user fixed the invoice import.": "speaks of somebody",
    "Then the person reviewed the import.": "speaks of somebody",
    "They fixed the invoice import.": "speaks of somebody",
    "I reviewed the import.": "speaks of somebody",
    "Fixed the import, and then she reviewed it.": "speaks of somebody",
    "Users fixed the invoice import.": "speaks of somebody",
    "Fixed order_export.py of the shop.": '"order_export.py"',
    "Fixed invoice_export.py of the shop.": '"invoice_export.py"',
    "Read https://evil.example.com/shop about the invoice.": "evil.example.com",
    "Read github.com/acme/shop/pull/482 about the invoice.": "pull/482",
    "Reviewed pull request #482 of the invoice import.": '"#482"',
    "Closed SHOP-78 about invoice rows.": '"SHOP-78"',
    "Discussed the invoice import in Slack.": '"Slack"',
    "Wrote the invoice import up in Google Docs.": '"Google Docs"',
    "Talked to Peter Miller about the invoice import.": '"Peter Miller"',
    "Booked the invoice import for Rome.": '"Rome"',
    'Opened "Quarterly report" beside the invoice.': '"Quarterly report"',
    "Called parse_columns in the invoice import.": '"parse_columns"',
    "Wrote to maria@acme.com about the invoice.": '"maria@acme.com"',
    "Worked on the invoice import for three hours.": '"three hours"',
    "Worked on the invoice import for 2 h 30 min.": '"2 h 30 min"',
    "Used 7 applications for the invoice import.": "counts 7 applications",
    "Left 14 tests of the import failing.": '"14"',
    "Finished the invoice import at 11:30.": '"11:30"',
    "Upgraded the invoice import to version 4.2.": '"4.2"',
    "Booked flights and hotels, rented vehicles.": "is about nothing",
    "Baking bread": "is about nothing",
    "Baked bread.": "is about nothing",
    "Deployed to production.": "is about nothing",
    "Bread": "is about nothing",
    "Baked bread and cake in Firefox.": "is about nothing",
    "Tax return": "is about nothing",
    "Playing chess online": "is about nothing",
    "All tests pass": "is about nothing",
    "Fixing the import, then deploying to production and mailing the customer": "is about nothing",
    "...": "is about nothing",
    "\u2014": "is about nothing",
    "": "is about nothing",
    "0 0 0": "",
    "12 3": "is about nothing",
    "Reviewed and edited it, then tested it.": "is about nothing",
    "Opened port 12.": "is about nothing",
}


@pytest.mark.parametrize("claim", TRUE)
def test_what_was_seen_may_be_said(claim):
    assert fault_of(claim, SEEN) == ""


@pytest.mark.parametrize("claim", FALSE)
def test_what_was_not_seen_is_told_from_it(claim):
    assert FALSE[claim] in (fault := fault_of(claim, SEEN))
    assert fault


def step(start, end, text="Fixed the invoice import"):
    return SaidStep(start, end, text)


PART = PartSaid(
    (step("09:00", "09:40"), step("09:40", "10:00", "Reviewed pull request #481")),
    "Fixed the invoice import, then reviewed pull request #481.",
    ("Ticket SHOP-77",),
)


def test_a_true_account_is_kept_whole():
    note = checked_part(PART, SEEN, last=False)
    first, second = note.steps
    assert (first.start_ms, first.end_ms) == (START_MS, START_MS + 40 * MINUTE)
    assert (second.start_ms, second.end_ms) == (START_MS + 40 * MINUTE, START_MS + 60 * MINUTE)
    assert note == Note(PART.summary, note.steps, PART.tasks, claims=4, dropped=0)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([step("08:30", "09:10")], "step 1 (08:30-09:10) is not within 09:00-10:00"),
        ([step("09:10", "17:00")], "is not within"),
        ([step("00:00", "00:10")], "is not within"),
        ([step("09:30", "09:10")], "ends at 09:10, before it begins at 09:30"),
        (
            [step("09:30", "09:50"), step("09:10", "09:20")],
            "step 2 begins at 09:10, before the step before it",
        ),
        ([step("09:00", "09:50"), step("09:20", "10:00")], "step 2 begins at 09:20"),
    ],
)
def test_false_bounds_have_the_reply_made_anew_and_then_cost_the_step(steps, why):
    said = msgspec.structs.replace(PART, steps=tuple(steps))
    refused = checked_part(said, SEEN, last=False)
    assert isinstance(refused, Refused)
    assert why in refused.why
    note = checked_part(said, SEEN, last=True)
    assert note.dropped == 1
    assert len(note.steps) == len(steps) - 1


def test_what_is_not_borne_out_is_dropped_and_counted():
    said = PartSaid(
        (*PART.steps, step("10:00", "10:00", "Replied to Peter Miller")),
        "Fixed the invoice import. Discussed it in Slack.",
        ("Ticket SHOP-77", "Ticket SHOP-99"),
    )
    note = checked_part(said, SEEN, last=False)
    assert note.summary == "Fixed the invoice import."
    assert note.tasks == ("Ticket SHOP-77",)
    assert len(note.steps) == 2
    assert (note.claims, note.dropped) == (7, 3)


@pytest.mark.parametrize("last", [False, True])
def test_a_reply_of_which_little_is_left_is_refused_with_the_error(last):
    nothing = msgspec.structs.replace(PART, summary="The user fixed it.")
    assert "summary is empty, or nothing" in checked_part(nothing, SEEN, last=last).why
    assert '"The user fixed it." speaks of somebody' in checked_part(nothing, SEEN, last=last).why
    invented = PartSaid(
        (step("09:00", "09:10", "Opened a.py"), step("09:10", "09:20", "Opened b.py")),
        "Fixed the invoice import.",
        ("Ticket XY-1",),
    )
    assert isinstance(checked_part(invented, SEEN, last=last), Refused)
    assert isinstance(checked_part(PartSaid((), "", ()), SEEN, last=last), Refused)


WHOLE = WholeSaid(
    summary="Fixed the invoice import of shop. Reviewed pull request #481.",
    title="Invoice import of shop",
    workflow=Workflow.CODING,
    activities=("fixing the import", "reviewing a pull request"),
    tasks=("Ticket SHOP-77",),
    efficiency="The same tests failed again and again.",
    recommendations=("Run the tests of the import first.",),
)
NOTES = [
    Note("", (Step(1, 5, "a"), Step(5, 9, "b")), (), claims=3, dropped=1),
    Note("", (Step(9, 12, "b"),), (), claims=2),
]


def test_a_session_is_told_with_the_steps_of_its_parts():
    told = checked_whole(WHOLE, SEEN, NOTES)
    assert told == Telling(
        title=WHOLE.title,
        summary=WHOLE.summary,
        workflow=Workflow.CODING,
        activities=WHOLE.activities,
        steps=(Step(1, 5, "a"), Step(5, 12, "b")),
        tasks=WHOLE.tasks,
        efficiency=WHOLE.efficiency,
        recommendations=WHOLE.recommendations,
        claims=3 + 2 + 2 + 1 + 1 + 2 + 1 + 1 + 1,
        dropped=1,
    )


def test_invented_parts_of_a_telling_are_dropped_and_counted():
    said = msgspec.structs.replace(
        WHOLE,
        summary="Fixed the invoice import of shop. Met Peter Miller in Zoom.",
        tasks=("Ticket SHOP-77", "Hiring of Peter Miller"),
        efficiency="",
        recommendations=("Buy a copy of Photoshop.",),
    )
    told = checked_whole(said, SEEN, [])
    assert (told.summary, told.tasks) == ("Fixed the invoice import of shop.", ("Ticket SHOP-77",))
    assert (told.efficiency, told.recommendations) == ("", ())
    assert (told.claims, told.dropped) == (9, 3)


@pytest.mark.parametrize(
    ("said", "kept", "dropped"),
    [
        (Workflow.CODING, Workflow.CODING, 0),
        (Workflow.MIXED, Workflow.MIXED, 0),
        (Workflow.MEETING, Workflow.RESEARCH, 1),
        (Workflow.COMMUNICATION, Workflow.RESEARCH, 1),
    ],
)
def test_a_kind_of_work_that_no_screen_was_of_is_the_one_that_rules_say(said, kept, dropped):
    told = checked_whole(msgspec.structs.replace(WHOLE, workflow=said), SEEN, [], Workflow.RESEARCH)
    assert (told.workflow, told.dropped) == (kept, dropped)


def test_where_screens_tell_nothing_a_model_may_say_what_work_it_was():
    untold = {
        "application": "",
        "application_type": ApplicationType.OTHER,
        "window_title": "",
        "entities": (),
    }
    untold["activity"] = Activity.OTHER
    blank = Evidence([msgspec.structs.replace(shot, **untold) for shot in SHOTS])
    assert checked_whole(WHOLE, blank, []).workflow is Workflow.CODING


@pytest.mark.parametrize("field", ["title", "summary"])
@pytest.mark.parametrize("said", ["", "Migration to Salesforce in Rome", "The user worked"])
def test_a_telling_has_a_title_and_a_summary_or_is_refused(field, said):
    refused = checked_whole(msgspec.structs.replace(WHOLE, **{field: said}), SEEN, NOTES)
    assert refused.why.startswith(f"{field} is empty, or nothing")


def test_many_steps_leave_the_longest_in_order():
    steps = tuple(Step(n * 100, n * 100 + (n * 37) % 97, f"step {n}") for n in range(60))
    told = checked_whole(WHOLE, SEEN, [Note(steps=steps)])
    assert len(told.steps) == 24
    assert list(told.steps) == sorted(told.steps, key=lambda step: step.start_ms)


def test_clocks_that_change_at_night_are_read_as_they_stood():
    night = [Sighting("a", START_MS, 7200), Sighting("b", START_MS + 30 * MINUTE, 3600)]
    seen = Evidence(night)
    assert seen.at("10:10") == START_MS + 10 * MINUTE
    assert seen.at("09:31") == START_MS + 31 * MINUTE
    assert seen.at("12:00") is None


def test_a_session_over_midnight_has_its_times():
    late = START_MS + 14 * 60 * MINUTE + 50 * MINUTE  # 23:50 on the wall
    seen = Evidence([Sighting("a", late, EAST), Sighting("b", late + 30 * MINUTE, EAST)])
    assert seen.at("23:55") == late + 5 * MINUTE
    assert seen.at("00:10") == late + 20 * MINUTE
    assert seen.at("01:00") is None


NAMES = [name for claim in [*TRUE, *FALSE] for name in named(claim).names]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_supported_as_it_is_measured_is_kept(name):
    texts = [text for shot in SHOTS for text in (shot.application, shot.window_title, *shot.text)]
    measured = unsupported([name], [*texts, LINK.text])
    assert SEEN.has(name) == (measured == 0)


ORDERS = Evidence(
    [
        Sighting(
            f"o{n}", START_MS + n * MINUTE, EAST, "", application, ApplicationType.OTHER, title, text=text
        )
        for n, (application, title, text) in enumerate(
            [
                (
                    "Visual Studio Code",
                    "orders.py - shop - Visual Studio Code",
                    ("def total(order):", "return round(sum(order.prices), 2)", "class Order:", "vat = 0"),
                ),
                (
                    "GNOME Terminal",
                    "git diff",
                    ("-    return sum(prices)", "+    return round(sum(prices), 2)"),
                ),
            ]
        )
    ]
)


def test_an_account_of_something_else_is_refused_by_what_little_was_seen():
    invented = WholeSaid(
        summary="Baked bread. Deployed to production.",
        title="Baking bread",
        workflow=Workflow.MIXED,
        activities=("baking",),
        tasks=("Bread",),
        efficiency="",
        recommendations=(),
    )
    assert isinstance(checked_whole(invented, ORDERS, []), Refused)
    true = msgspec.structs.replace(
        invented,
        summary="Fixed the rounding of order totals in orders.py. Deployed to production.",
        title="Rounding of order prices",
        tasks=("Order total", "Bread", "0 0 0"),
    )
    told = checked_whole(true, ORDERS, [])
    assert told.summary == "Fixed the rounding of order totals in orders.py."
    assert (told.title, told.tasks) == ("Rounding of order prices", ("Order total",))
    assert (told.claims, told.dropped) == (8, 3)


@pytest.mark.parametrize(
    "claim",
    [
        "Tax return",
        "Playing chess online",
        "Fixing rounding, then deploying to production and mailing the customer",
    ],
)
def test_one_word_of_code_bears_no_account_out(claim):
    assert "is about nothing" in fault_of(claim, ORDERS)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Rechnungen korrigiert", "Rechnung 4711 hat kein Datum"),
        ("発注書のインポートを修正した", "発注書インポート"),
        ("Сверка счетов", "сверка счета 17"),
    ],
)
def test_other_languages_are_held_against_screens_too(said, text):
    assert fault_of(said, Evidence([Sighting("s", START_MS, EAST, text=(text,))])) == ""
    assert "is about nothing" in fault_of(said, ORDERS)


TEXT = st.text(max_size=200) | st.lists(st.sampled_from([*TRUE, *FALSE, "'", '"', "#", "1:", "_"])).map(
    " ".join
)


@given(
    TEXT, TEXT, st.lists(st.tuples(st.sampled_from(["09:00", "00:00", "23:59", "10:00"]), TEXT), max_size=8)
)
def test_anything_is_checked_and_nothing_is_added(summary, task, steps):
    said = PartSaid(tuple(SaidStep(at, "09:59", text) for at, text in steps), summary, (task,))
    for seen in (SEEN, Evidence([])):
        note = checked_part(said, seen, last=True)
        if isinstance(note, Refused):
            assert note.why
            continue
        assert 0 <= note.dropped <= note.claims
        assert all(each in sentences(summary) for each in sentences(note.summary))
        assert {each.text for each in note.steps} <= {text for _, text in steps}
        ends = seen.start_ms
        for each in note.steps:
            assert ends <= each.start_ms <= each.end_ms <= seen.end_ms
            ends = each.end_ms
