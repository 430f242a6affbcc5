"""Applications of the professions: one real title bar each, and texts that must not be taken for one."""

import pytest

import title_bars_of_makers as makers
import title_bars_of_offices as offices
from glimpsed.core.rules import describe
from glimpsed.core.rules.folding import alike, fold
from glimpsed.core.rules.index import BARS, TITLES, named, of_a_form
from glimpsed.core.rules.known import APPLICATIONS
from glimpsed.core.rules.known.desk import DESK
from glimpsed.core.rules.known.drafting import DRAFTING
from glimpsed.core.rules.known.science import SCIENCE
from glimpsed.core.rules.known.studio import STUDIO
from glimpsed.core.rules.known.tools import TOOLS
from glimpsed.core.rules.known.trade import TRADE
from glimpsed.core.rules.known.websites import WEBSITES
from glimpsed.core.rules.recognise import recognise
from glimpsed.core.rules.screen import Screen
from glimpsed.core.rules.wording import activity_of, document_of
from screen_layouts import HEIGHT, PROSE, WIDTH, column, line, menu, row, screen

PROFESSIONS = (*DRAFTING, *STUDIO, *SCIENCE, *DESK, *TRADE, *TOOLS)
TABLES = (makers.DRAFTING, makers.STUDIO, makers.SCIENCE, offices.DESK, offices.TRADE, offices.TOOLS)


def fields(text):
    return tuple(field.strip() for field in text.split("=>"))


CASES = [
    (*fields(text), kind)
    for table in TABLES
    for kind, lines in table.items()
    for text in lines.strip().splitlines()
]
MENU_BARS = [fields(text) for room in (makers, offices) for text in room.MENU_BARS.strip().splitlines()]


@pytest.mark.parametrize(("title", "application", "document", "kind"), CASES, ids=lambda text: text[:40])
def test_a_title_bar_tells_application_kind_and_document(title, application, document, kind):
    drawn = screen(line(title, 300, 4), PROSE)
    result = describe(drawn, WIDTH, HEIGHT)
    assert (result.application, result.application_type.value) == (application, kind)
    assert result.window_title == title
    shown = Screen(drawn, WIDTH, HEIGHT)
    seen = recognise(shown, "")
    assert document_of(shown, seen, activity_of(shown, seen)) == document


@pytest.mark.parametrize(("bar", "application", "kind"), MENU_BARS, ids=lambda text: text)
@pytest.mark.parametrize(
    "menus", ["File|Edit|View|Window|Help", "Ablage|Bearbeiten|Darstellung|Fenster|Hilfe"], ids=["en", "de"]
)
def test_a_menu_bar_of_macos_names_what_its_title_bar_does_not(bar, application, kind, menus):
    result = describe(screen(row(4, bar, *menus.split("|")), PROSE), WIDTH, HEIGHT)
    assert (result.application, result.application_type.value) == (application, kind)


def test_every_application_of_the_professions_has_a_case():
    tried = {case[1] for case in (*CASES, *MENU_BARS)}
    assert {app.name for app in PROFESSIONS} == tried


TABS = [
    ("Adobe Photoshop", "mill.psd @ 66,7 % (Wheel, RGB/8) *", "mill.psd"),
    ("Adobe Photoshop", "mill.psd @ 50% (CMYK/16#)", "mill.psd"),
    ("Adobe Illustrator", "sign.ai* @ 100 % (CMYK/Preview)", "sign.ai"),
]


@pytest.mark.parametrize(("application", "title", "document"), TABS)
def test_a_tab_of_adobe_s_says_which_it_is_by_its_colours(application, title, document):
    result = describe(screen(line(title, 300, 60), PROSE), WIDTH, HEIGHT)
    assert (result.application, result.entities[0].text) == (application, document)


VERSIONS = [
    ("Autodesk Revit 2025.4", "Revit"),
    ("SOLIDWORKS Premium 2024 SP3.0", "SOLIDWORKS"),
    ("SketchUp Pro 2024 (64 Bit)", "SketchUp"),
    ("OmegaT-5.7.1", "OmegaT"),
    ("Chief Architect Premier X15", "Chief Architect Premier"),
    ("ImageJ 1.54f", "ImageJ"),
    ("Paint 3D", "Paint 3D"),
]


@pytest.mark.parametrize(("text", "application"), VERSIONS)
def test_a_version_after_a_name_is_dropped(text, application):
    assert named(text).name == application


def spelled(app):
    return {fold(name) for name in (app.name, *app.titles.split("|")) if name}


def test_no_name_of_one_application_is_another_s():
    taken = [(name, app.name) for app in APPLICATIONS for name in spelled(app)]
    assert len(taken) == len({name for name, _ in taken})
    bars = [(fold(name), app.name) for app in PROFESSIONS for name in app.bar.split("|") if name]
    assert [(name, app) for name, app in bars if BARS[name].name != app] == []


def test_no_name_of_one_application_reads_like_another_s():
    long = sorted(name for name in TITLES if len(name) >= 8)
    near = [
        (a, b)
        for i, a in enumerate(long)
        for b in long[i + 1 :]
        if TITLES[a] is not TITLES[b] and alike(a, b)
    ]
    assert near == []


WORDS = (
    "Notability|Things|Bear|Craft|Sketch|Origin|Prism|Maple|Creo|Maya|Nuke|Finale|Sibelius|Sage|Epic|Clio|"
    "Fusion|Motion|Reason|Reaper|Rhino|Live|Tableau|Vision|Project|Publisher|Access control|Chief Architect|"
    "Enterprise Architect|Final Draft|Layout 2024|Ulysses|Insomnia|Charles|Unity|Houdini|Layout|Draft|"
    "Mechanical|Workbench|Statistica|Cura|Studio One|Mousepad|Terminology|Unreal Engine|Hyperspace|Visual|"
    "After Effects|Standard Notes|Yandex|"
    "Tax 2024|Steuer|Rechnung 2024-1|Version 2.0|Chapter 3|Draft SP3|Delphi|Phrase|Across|Canvas"
)


@pytest.mark.parametrize("word", WORDS.split("|"))
def test_an_everyday_word_or_a_name_of_somebody_names_no_application(word):
    assert named(word) is None
    assert of_a_form(f"Minutes - {word}") is None
    for title in (f"Minutes - {word}", word):
        result = describe(screen(line(title, 300, 4), PROSE), WIDTH, HEIGHT)
        assert result.application == ""


PROSE_ABOUT = (
    "Software: SOLIDWORKS Premium, ETABS Ultimate",
    "Skills: AutoCAD Electrical",
    "We moved from QuickBooks - and then to Lexware buchhaltung",
    "She wrote a paper on Tableau - a French word",
    "Capturing from life is what the painter did",
    "MATLAB R2024a was released in March",
    "Sales @ 66,7 % (of last year)",
    "AutoCAD 2024 drawings are to be sent by Monday",
)


@pytest.mark.parametrize("text", PROSE_ABOUT)
@pytest.mark.parametrize("y", [60, 330])
def test_prose_about_an_application_is_not_its_window(text, y):
    window = (line("letter.odt — LibreOffice Writer", 24, 4), line(text, 200, y), PROSE)
    assert describe(screen(*window), WIDTH, HEIGHT).application == "LibreOffice Writer"
    assert (
        describe(screen(line("letter", 24, 4), line(text, 200, 330), PROSE), WIDTH, HEIGHT).application == ""
    )


FILES_CALLED = (
    "Notes 2024 plan.docx",
    "Word 2024 changes.docx",
    "Tally 2026.xlsx",
    "mill @ 66.psd",
    "Revit families.zip",
    "archicad-27.pln",
)


@pytest.mark.parametrize("name", FILES_CALLED)
def test_a_file_that_is_called_after_an_application_is_none(name):
    assert describe(screen(line(name, 300, 4), PROSE), WIDTH, HEIGHT).application == ""


ABROAD = [
    ("Vorschau", "Ablage|Bearbeiten|Darstellung|Gehe zu", "Preview"),
    ("Aperçu", "Fichier|Édition|Présentation|Aller", "Preview"),
    ("Kalender", "Ablage|Bearbeiten|Darstellung|Fenster", "Calendar"),
    ("Erinnerungen", "Ablage|Bearbeiten|Darstellung|Fenster", "Apple Reminders"),
    ("Logic Pro", "Ablage|Bearbeiten|Spur|Navigieren", "Logic Pro"),
    ("Safari", "Archivo|Edición|Visualización|Historial", "Safari"),
]


@pytest.mark.parametrize(("bar", "menus", "application"), ABROAD)
def test_a_menu_bar_of_macos_in_another_language(bar, menus, application):
    assert describe(screen(row(4, bar, *menus.split("|")), PROSE), WIDTH, HEIGHT).application == application


MENUS_ELSEWHERE = (
    "Bestand|Bewerken|Beeld|Invoegen|Opmaak|Extra|Venster|Help",
    "Arkiv|Redigera|Visa|Infoga|Verktyg|Fönster|Hjälp",
    "Filer|Rediger|Vis|Indsæt|Værktøjer|Vindue|Hjælp",
    "Plik|Edycja|Widok|Wstaw|Narzędzia|Okno|Pomoc",
    "Soubor|Úpravy|Zobrazit|Vložit|Nástroje|Okno|Nápověda",
)


@pytest.mark.parametrize("items", MENUS_ELSEWHERE)
def test_a_menu_bar_in_another_language_shows_where_the_title_is(items):
    title = "Orders 2026 - Kvarnsystem"
    result = describe(screen(line(title, 24, 4), menu(items), PROSE), WIDTH, HEIGHT)
    assert (result.application, result.window_title) == ("", title)


def test_what_is_done_in_it_is_told_where_its_kind_does_not():
    told = describe(screen(line("survey.sav - IBM SPSS Statistics Data Editor", 24, 4)), WIDTH, HEIGHT)
    assert told.activity.value == "data_analysis"
    assert told.task == "Working on survey.sav in IBM SPSS Statistics"


def test_web_applications_have_places_of_their_own():
    places = [place for site in WEBSITES for place in site.hosts.split("|") if place]
    assert len(places) == len(set(places))
    lines = (line("Board", 40, 8), line("miro.com/app/board/uXj", 200, 44), column(8, 200, "Frames"))
    result = describe(screen(*lines), WIDTH, HEIGHT)
    assert (result.application, result.activity.value) == ("Miro", "designing")
