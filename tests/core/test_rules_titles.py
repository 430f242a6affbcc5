"""Titles, names and menu bars of applications that nobody knows, and of windows without their name."""

import pytest

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.model import EntityKind
from glimpsed.core.sessions.titles import normalised
from screen_layouts import PANEL, PROSE, column, described, line, menu, row

CLOCK = line("Tue 14 Apr 10:21", 1000, 6)


@pytest.mark.parametrize(
    "title",
    [
        "882 104 551 - Fernblick",
        "SINGH, Harpreet  40 yrs - Mühlenpraxis",
        "harbour mills.skp _ Zeichenbrett Pro 2024",
        "Making ends meet.pdf",
        "*boards.indd",
    ],
)
@pytest.mark.parametrize("above", [[], PANEL], ids=["no panel", "a panel"])
def test_the_first_row_of_a_screen_is_a_title_if_it_reads_as_one(title, above):
    y = 30 if above else 4
    result = described(*above, line(title, 400, y), column(16, 120, "Thumbnails", "Outline"), PROSE)
    assert result.window_title == " ".join(title.split())
    assert result.application == ""


@pytest.mark.parametrize(
    "first",
    [
        [line("The mill was built in 1871", 400, 4)],
        [line("lecture - flows.pdf", 40, 4), line("sheet 7 - flows.pdf", 420, 4)],
        [line("read budget.ods before the meeting", 400, 4)],
        [line("Fernblick - 882 104 551", 400, 90)],
        PANEL,
    ],
    ids=["prose", "two tabs", "a file in prose", "further down", "a panel alone"],
)
def test_what_does_not_read_as_a_title_is_none(first):
    assert described(*first, PROSE).window_title == ""


def test_a_known_application_has_the_title_that_does_not_name_it():
    bar = [*row(6, "Preview", "File", "Edit", "View", "Go", "Tools", "Window", "Help", x=30), CLOCK]
    result = described(*bar, line("Making ends meet.pdf", 500, 40), PROSE)
    assert (result.application, result.window_title) == ("Preview", "Making ends meet.pdf")
    assert described(*bar, PROSE).window_title == ""


@pytest.mark.parametrize("title", ["Minutes of June", "Entrada (Despacho)", "Tafel 7", "Plan 03"])
@pytest.mark.parametrize("app", ["Pages", "Mail", "Preview", "OmniGraffle"])
def test_below_the_bar_of_a_mac_a_title_may_be_any_name(app, title):
    """Windows there do not say whose they are, and names of documents have no extension."""
    bar = [*row(6, app, "Ablage", "Bearbeiten", "Darstellung", "Fenster", "Hilfe", x=30), CLOCK]
    assert described(*bar, line(title, 500, 34), PROSE).window_title == title
    assert described(line(title, 500, 34), PROSE).window_title == "", "elsewhere it may be anything"


@pytest.mark.parametrize(
    ("app", "first"),
    [
        ("Pages", [line("Minutes of June", 60, 34)]),
        ("Pages", [line("Ada Mill", 1000, 40), line("Are you coming tonight", 1000, 60)]),
        ("Pages", [line("Home Insert Format View", 500, 34)]),
        ("Mail", [line("Search in all mailboxes", 500, 34)]),
        ("Preview", [line("Page 3 of 12", 560, 34)]),
        ("Mail", [line("S\u00f8k i alle postkasser", 500, 34)]),
        ("Finder", [line("Divorce settlement", 500, 34)]),
        ("Photoshop", [line("Select Subject", 560, 34)]),
        ("Webstuhl", [line("Settings", 570, 34)]),
        ("Pages", [line("The mill was built in the valley.", 300, 34)]),
        ("Pages", [line("the mill of the valley " * 6, 100, 34)]),
        ("Pages", [line("Insert", 300, 34), line("Table", 420, 34)]),
        ("Pages", [line("Minutes of June", 500, 120)]),
        ("Pages", [line("12 / 7", 500, 34)]),
        ("Numbers", []),
        ("Safari", [line("mills.example.org", 500, 34)]),
        ("WhatsApp", [line("Ada Mill", 500, 34)]),
    ],
    ids=[
        "at the side",
        "a notification",
        "menus",
        "a field to search in",
        "a counter",
        "a field in another language",
        "files",
        "a tool",
        "of a program that is not known",
        "a sentence",
        "a wide line",
        "tools",
        "further down",
        "no words",
        "its own name",
        "a browser",
        "a chat",
    ],
)
def test_what_is_no_title_on_a_mac(app, first):
    bar = [*row(6, app, "File", "Edit", "View", "Window", "Help", x=30), CLOCK]
    result = described(*bar, *first, PROSE)
    assert result.window_title == ""
    assert result.application.endswith(app)


@pytest.mark.parametrize(
    "bar",
    [
        "Webstuhl|File|Edit|View|Window|Help",
        "Webstuhl|Fichier|Édition|Affichage|Fenêtre|Aide",
        "Webstuhl|Ablage|Bearbeiten|Darstellung|Fenster|Hilfe",
    ],
)
def test_the_name_with_which_a_mac_bar_begins_is_that_of_the_application(bar):
    items = row(6, *bar.split("|"), x=30)
    result = described(*items, CLOCK, PROSE)
    assert (result.application, result.application_type) == ("Webstuhl", Kind.UNKNOWN)
    assert result.confidence < 0.2, "no more is known of it"
    assert described(*items, PROSE).application == "", "without a clock it is a window's own menu"
    assert described(*items[1:], CLOCK, PROSE).application == "", "nor is a menu's first item a name"


@pytest.mark.parametrize(
    ("bar", "application"),
    [
        ("Photoshop|Archivo|Edición|Imagen|Capa|Texto|Ventana|Ayuda", "Adobe Photoshop"),
        ("Word|Fichier|Affichage|Insertion|Format|Outils|Aide", "Microsoft Word"),
        ("Phofoshop|Fichier|Édition|Image|Fenêtre|Aide", "Adobe Photoshop"),
        ("AutoCAD 2025|File|Edit|View|Insert|Format|Tools|Window|Help", "AutoCAD"),
        ("Acrobat|Archivo|Edición|Ver|Ventana|Ayuda", "Adobe Acrobat"),
        ("Olex2|Fichier|Affichage|Structure|Mode|Outils|Aide", "Olex2"),
        ("Linear|File|Edit|View|History|Window|Help", "Linear"),
    ],
)
def test_a_mac_bar_names_the_application_in_any_language(bar, application):
    """Whatever other application has the same menus, and though a menu was not read."""
    assert described(row(6, *bar.split("|"), x=30), CLOCK, PROSE).application == application


@pytest.mark.parametrize("title", ["notes of June-Excel", "X-Ray report-Excel", "Bob-Excel"])
def test_a_dash_may_lose_its_spaces(title):
    assert described(line(title, 400, 4), PROSE).application == "Microsoft Excel"


def test_a_menu_is_no_application_of_that_name():
    items = "Project|Bewerken|Beeld|Laag|Plug-ins|Vector|Raster|Database|Web|Help"
    shown = described(*PANEL, line("percelen - QGIS", 500, 30), menu(items, y=56), PROSE)
    assert shown.application == "QGIS"


@pytest.mark.parametrize(
    ("title", "document", "application"),
    [
        ("plate_07.tif al 3 % (CMYK/8)", "plate_07.tif", "Adobe Photoshop"),
        ("plate_07.tif bei 66,7% (Ebene 1, RGB/8*)", "plate_07.tif", "Adobe Photoshop"),
        ("plate 07.psd à 50 % (Calque 2, RVB/16)", "plate 07.psd", "Adobe Photoshop"),
        ("cover.ai al 96 % (CMYK/Vista previa)", "cover.ai", "Adobe Illustrator"),
    ],
)
def test_a_picture_is_shown_at_a_size_in_any_language(title, document, application):
    result = described(line(title, 400, 30), PROSE)
    assert (result.application, result.window_title) == (application, title)
    assert document in [entity.text for entity in result.entities]
    assert normalised(title, result.application_type).document == document


def test_a_page_that_says_home_is_no_empty_desktop():
    lines = column(16, 120, "Home", "Bookmarks", "Starred", "Dashboards", "Explore", "Drilldown", "Alerting")
    panels = column(400, 120, *(f"{number} req/s" for number in range(8)))
    assert described(*PANEL, lines, panels).application == ""
    assert described(*PANEL, column(16, 120, "Home", "News", "Groups"), PROSE).application == ""
    assert described(*PANEL, column(16, 120, "Home", "Trash")).application == "Desktop"
    files = column(16, 120, "Home", "Trash", "Screenshot of the mill 2026-03-02 09.png", "notes.txt")
    assert described(*PANEL, files).application == "Desktop"


@pytest.mark.parametrize(
    "items",
    [
        ["12:30", "File", "Edit", "View", "Window", "Help"],
        ["report 50%", "File", "Edit", "View", "Window", "Help"],
        ["Webstuhl", "File", "Edit", "View", "Help", "100 %"],
        ["7", "File", "Edit", "View", "Help", "10:21"],
    ],
)
def test_what_begins_no_mac_bar_is_no_name(items):
    assert described(row(6, *items, x=30), PROSE).application == ""


@pytest.mark.parametrize(
    "title",
    [
        "Hyperspace - the movie",
        "Tableau - list of kings",
        "Capturing from any angle",
        "Capturing from enough data to do science",
        "Unity - Unity 2024.1 release party",
        "Sales - Delphi 10 oracle days",
        "discount a 30 % (RGB/8 lamps)",
        "sale en 50 % (CMYK/print)",
        "S-ANNO-TEXT",
        "S-NOTES",
        "A-WALL-FULL-NOTES",
    ],
)
def test_no_application_is_named_for_everyday_words(title):
    assert described(line(title, 400, 4), PROSE).application == ""


@pytest.mark.parametrize(
    "bar",
    [
        "Revu|File|Edit|View|Document|Batch|Tools|Window|Help",
        "File|Edit|View|Camera|Draw|Tools|Window|Extensions|Help",
        "File|Edit|View|Navigate|Record|Mix|Track|Region|Window|Help",
        "File|Edit|Setup|Engrave|Write|Play|Print|Library|Window|Help",
    ],
)
def test_a_bar_that_shares_some_items_with_that_of_an_application_is_not_its(bar):
    """Geany has `Document`, Visual Studio `Extensions`, and many more applications have, too."""
    assert described(menu(bar, y=6), PROSE).application == ""


@pytest.mark.parametrize("scheme", ["https://", "bttps://", "https;//", "hftps://", "http:/", "nttps: //"])
def test_an_address_whose_beginning_is_misread_is_one(scheme):
    result = described(
        row(6, "Oxbow lakes", "Meanders"), line(f"{scheme}rivers.example/oxbow", 220, 40), PROSE
    )
    assert result.application_type is Kind.WEB_BROWSER
    urls = [entity.text for entity in result.entities if entity.kind is EntityKind.URL]
    assert urls[0] in ("https://rivers.example/oxbow", "http://rivers.example/oxbow")


@pytest.mark.parametrize(
    ("title", "file"),
    [
        ("Quarterly budget 2026.ods — LibreOffice Calc", "Quarterly budget 2026.ods"),
        ("● orders.py - shop - Visual Studio Code", "orders.py"),
        ("*2417 RFI log.xlsx - Excel", "2417 RFI log.xlsx"),
        ("C:\\Users\\Jo Doe\\my file.txt - Notepad++", "C:\\Users\\Jo Doe\\my file.txt"),
        ("mill house.rvt - Floor Plan: Ground — LibreOffice Draw", "mill house.rvt"),
    ],
)
def test_a_file_has_all_words_of_its_name(title, file):
    result = described(line(title, 400, 4), PROSE)
    assert [entity.text for entity in result.entities if entity.kind is EntityKind.FILE][:1] == [file]
