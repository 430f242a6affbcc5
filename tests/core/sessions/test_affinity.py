"""What makes two screens one piece of work: words of titles, numbers of jobs, cases of a list."""

import pytest

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.affinity import affinity
from glimpsed.core.sessions.identity import face
from glimpsed.core.sessions.lexicon import Lexicon
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.titles import normalised
from workdays import MINUTE

TEXTS = {
    "salary wages overtime bonus pension insurance bracket deduction allowance garnishment",
    "hotel taxi train luggage visa passport airline boarding ferry embassy",
    "granite basalt boulder gravel blasting crusher drill haulage limestone rubble",
    "greetings regards attached invitation newsletter reply forwarded dinner lunch thursday",
    "violin cello oboe bassoon trumpet timpani quartet sonata overture cadenza",
    "maple walnut chisel plane mortise tenon dovetail varnish lathe veneer",
}
TEXT = [tuple(text.split()) for text in sorted(TEXTS)]


def shot(at_ms, title, text, name="Gnumeric", kind=Kind.SPREADSHEET):
    return Sighting(f"{at_ms:012}", at_ms, 0, "", name, kind, title, text=TEXT[text])


def learnt(*titles):
    """Pages with these titles, none with a word of another's text, in two applications."""
    lexicon = Lexicon()
    every = [
        shot(n, f"{title} - {('Gnumeric', 'Glom')[n % 2]}", n, ("Gnumeric", "Glom")[n % 2])
        for n, title in enumerate(titles)
    ]
    return [lexicon.shown(face(each)) for each in every]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2417 door list.ods", "2417-A-512 balcony.pdf", True),
        ("2417 door list.ods", "2425-A-512 parapet.pdf", False),
        ("Belgrave terrace.ods", "RE Belgrave daylight", True),
        ("Budget 2026.ods", "Holidays 2026.pdf", False),
        ("10432 - bakery.ods", "10432 wages.ods", True),
    ],
)
def test_what_few_titles_share_makes_two_windows_one_work(one, other, same):
    """Words and numbers do; a year does not."""
    *_, a, b = learnt("ferry", "sonata", "chisel", "quarry", one, other)
    assert (affinity(a, b) > 0.4) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Marge17_cover.pdf", "Marge17_agenda.ods", True),
        ("*Marge17 cover.pdf", "Margc17-agenda.ods", True),
        ("Marge17_cover.pdf", "Marge18_agenda.ods", False),
        ("Marge17 in one sentence", "Marge17 and others", False),
        ("Marge17.pdf", "Marge17.ods", True),
        ("work/2417 door.pdf", "2417_list.ods", True),
        ("The ferry.pdf", "The sonata.ods", False),
        ("2026-03 ferry.pdf", "2026_sonata.ods", False),
        ("20260301 ferry.pdf", "20260301 sonata.ods", False),
    ],
)
def test_files_whose_names_begin_alike_are_of_one_job(one, other, same):
    *_, a, b = learnt("ferry", "sonata", "chisel", "quarry", one, other)
    assert (affinity(a, b) > 0.2) is same


def test_what_most_titles_have_tells_nothing():
    *_, a, b = learnt(
        "report ferry", "report sonata", "report chisel", "report quarry", "report a", "report b"
    )
    assert affinity(a, b) < 0


def test_the_name_of_an_application_is_no_word_of_its_titles():
    shown = face(shot(0, "ferry - Gnumeric", 0))
    assert len(shown.words) == 1
    *_, a, b = (
        Lexicon().shown(face(shot(n, f"{t} - Gnumeric", n))) for n, t in enumerate(("ferry", "quarry"))
    )
    assert affinity(a, b) < 0


@pytest.mark.parametrize("case", ["ECN-11{:02}", "#481{:02}", "C-305{:02}", "file (4188{:02})", "{}m07"])
def test_cases_of_a_list_are_one_work(case):
    """Three minutes each, and no two have a word in common; without numbers it is not so clear."""
    made = [
        shot(n * 20_000, f"{case.format(n // 9 + 10)} - Gnumeric", n // 9 % len(TEXT)) for n in range(9 * 8)
    ]
    assert len(segment(made)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ISO9001 crusher audit", "B737 seat plan"),
        ("Quarry FY2023", "Rome IMG01234"),
        ("Pay (2023)", "Travel (2024)"),
        ("Ticket #4411", "Rome C-30514"),
    ],
)
def test_two_numbers_that_are_of_no_list_make_nothing_one(one, other):
    first = [shot(n * 20_000, f"{one} - Gnumeric", 0) for n in range(60)]
    then = [shot((60 + n) * 20_000, f"{other} - Gnumeric", 1) for n in range(60)]
    assert len(segment([*first, *then])) == 2


def test_a_quarter_of_an_hour_at_each_of_two_cases_is_two_sessions():
    first = [shot(n * 20_000, "Moving house - Gnumeric", 0) for n in range(60)]
    other = [shot((60 + n) * 20_000, "Concert - Gnumeric", 1) for n in range(60)]
    assert [each.boundary.at_ms for each in segment([*first, *other])] == [0, 20 * MINUTE]


def test_a_name_at_the_end_of_a_tab_may_lack_its_last_letters():
    """Else the rest of it was taken for the project of every notebook."""
    for name in ("JupyterLa", "Jupyte"):
        found = normalised(f"churn_model.ipynb - {name}", Kind.CODE_EDITOR)
        assert (found.document, found.project) == ("churn_model.ipynb", "")
    assert normalised("main.py - jupy", Kind.CODE_EDITOR).project == "jupy"
    assert normalised("Peas - Mendel", Kind.WEB_BROWSER).document == "Peas - Mendel"
