"""What the rules say of a screen: titles, dialogs, entities, wording, confidence."""

import pytest

from glimpsed.core.model import Activity, ApplicationType, Description, EntityKind
from glimpsed.core.rules import describe, minimum
from screen_layouts import (
    CALC_MENU,
    CODE,
    CODE_MENU,
    HEIGHT,
    PROSE,
    WIDTH,
    column,
    grid,
    line,
    menu,
    row,
    screen,
)  # fmt: skip


def describe_lines(*parts, file_name=""):
    return describe(screen(*parts), WIDTH, HEIGHT, file_name=file_name)


def texts(result, kind):
    return [entity.text for entity in result.entities if entity.kind is kind]


def test_the_window_title_and_the_file_it_names():
    result = describe_lines(line("● orders.py - shop - Visual Studio Code", 420, 4), menu(CODE_MENU), CODE)
    assert result.window_title == "● orders.py - shop - Visual Studio Code"
    assert result.task == "Editing orders.py in Visual Studio Code"
    assert texts(result, EntityKind.FILE) == ["orders.py"]


UNHEARD_OF = "MÜLLEREI Kanzlei-Rechnungswesen - [14230/2026 Metzgerei - Belege buchen]"
MENUS = ("Bestand|Bearbeiten|Ansicht|Stammdaten|Extras|Fenster|Hilfe", "Datei|Bearbeiten|Ansicht|Hilfe")


@pytest.mark.parametrize("items", MENUS)
def test_an_application_that_nobody_knows_has_the_title_above_its_menus(items):
    result = describe_lines(line(UNHEARD_OF, 24, 4), menu(items), PROSE)
    assert (result.application, result.window_title) == ("", UNHEARD_OF)


PANELS = (
    "1:www 2:code 3 9:chat",
    "1: web | 2: code | 3: chat",
    "Activities",
    "Tue 14 Apr 10:21",
    "wlan0 - up 10:21 - home",
    "CPU 12% - RAM 41%",
    "Berlin | 12 Grad sonnig",
    "Ein- und Auszahlungen im April",
    "a" * 150 + "-" * 150,
    "",
)


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_above_menus_is_no_title(panel):
    result = describe_lines(*([line(panel, 24, 4)] if panel else []), menu(MENUS[0]), PROSE)
    assert result.window_title == ""


def test_what_stands_in_the_middle_of_a_screen_or_beside_it_is_no_title():
    form = (line("Juan Perez - Gerente", 24, 330), menu(MENUS[1], y=354))
    assert describe_lines(*form, PROSE).window_title == ""
    beside = (line("Lagerverwaltung", 24, 4), line("Rechnung - Entwurf", 660, 4), menu(MENUS[1]))
    assert describe_lines(*beside, PROSE).window_title == ""
    assert (
        describe_lines(line("Release notes - GIMP", 24, 330), row(354, "Overview", "Help")).application == ""
    )


def test_an_extension_that_ocr_misread_is_spelled_right():
    result = describe_lines(line("budget.xIsx—LibreOffice Calc", 24, 4), line("D16", 8, 130), grid())
    assert result.window_title == "budget.xlsx—LibreOffice Calc"
    assert result.task == "Working on budget.xlsx, cell D16 in LibreOffice Calc"


def test_without_a_title_the_file_that_tab_and_path_repeat_is_the_document():
    result = describe_lines(
        row(8, "File", "Edit", "Selection", "View", "Go"),
        row(60, "orders.py", "README.md", "total.py"),
        line("shop > src > total.py", 120, 90),
        CODE,
        row(770, "Spaces: 4", "UTF-8", "LF"),
    )
    assert result.window_title == ""
    assert result.task == "Editing total.py in Visual Studio Code"


def dialog(title, *buttons, question=None):
    lines = [line(title, 300, 200), line("\u00d7", 860, 200), row(500, *buttons, x=640)]
    return [*lines, line(question, 320, 300)] if question else lines


def test_a_dialog_over_an_application_comes_first():
    result = describe_lines(
        line("budget.ods — LibreOffice Calc", 24, 4),
        menu(CALC_MENU),
        *dialog("Format Cells", "Reset", "OK", "Cancel"),
    )
    assert result.application == "LibreOffice Calc"
    assert result.task == "Format Cells dialog: Working on budget.ods in LibreOffice Calc"
    assert "Format Cells dialog in front" in result.summary


def test_a_dialog_nobody_knows_is_named_by_its_title_bar():
    result = describe_lines(
        line("budget.ods — LibreOffice Calc", 24, 4), *dialog("Mill Wheel Setup", "OK", "Cancel")
    )
    assert result.task.startswith("Mill Wheel Setup dialog: ")


def test_a_dialog_without_a_title_is_told_by_its_question():
    result = describe_lines(
        line("letter.odt — LibreOffice Writer", 24, 4),
        line("Save changes to letter.odt before closing?", 320, 300),
        row(500, "Don't Save", "Cancel", "Save", x=400),
    )
    assert result.task.startswith("Dialog “Save changes to letter.odt before closing?”: ")


def test_a_question_may_take_two_lines():
    result = describe_lines(
        line("orders.py - shop - Visual Studio Code", 420, 4),
        *column(320, 300, "Do you want to save the changes you made to", "orders.py?"),
        row(400, "Don't Save", "Cancel", "Save", x=400),
    )
    question = "Do you want to save the changes you made to orders.py?"
    assert result.task == f"Dialog “{question}”: Editing orders.py in Visual Studio Code"
    assert "a dialog “Do you want" in result.summary


def test_a_dialog_that_says_nothing_is_still_a_dialog():
    result = describe_lines(line("letter.odt — LibreOffice Writer", 24, 4), row(500, "OK", "Cancel", x=600))
    assert result.task == "Dialog: Writing letter.odt in LibreOffice Writer"


def test_buttons_run_together_are_still_buttons():
    result = describe_lines(
        line("letter.odt — LibreOffice Writer", 24, 4),
        line("Paragraph", 300, 200),
        line("HelpOKCancel", 600, 500),
    )
    assert result.task.startswith("Paragraph dialog: ")


def test_words_like_buttons_in_a_text_are_no_dialog():
    result = describe_lines(
        line("letter.odt — LibreOffice Writer", 24, 4), line("Yes, you may open it", 300, 400)
    )
    assert "ialog" not in result.task


def test_what_a_terminal_shows():
    result = describe_lines(
        line("ada@mill: ~/shop", 560, 6),
        *column(
            8,
            60,
            "ada@mill:~/shop$ git clone git@github.com:acme/shop.git",
            "ada@mill:~/shop$ python total.py",
            "ModuleNotFoundError: No module named 'orders'",
            "ada@mill:~/shop$ pytest -q tests/test_total.py",
            "ada@mill:~/shop$",
        ),
    )
    assert result.window_title == "ada@mill: ~/shop"
    assert result.task == "Running pytest -q tests/test_total.py in Terminal"
    assert texts(result, EntityKind.COMMAND)[-1] == "pytest -q tests/test_total.py"
    assert texts(result, EntityKind.ERROR_MESSAGE) == ["ModuleNotFoundError: No module named 'orders'"]
    assert texts(result, EntityKind.REPOSITORY) == ["acme/shop"]
    assert {"total.py", "tests/test_total.py"} <= set(texts(result, EntityKind.FILE))
    assert "an error reading “ModuleNotFoundError" in result.summary


def test_a_traceback_is_debugging():
    result = describe_lines(
        *column(8, 60, "ada@mill:~$ ./run", "Traceback (most recent call last):", "ada@mill:~$")
    )
    assert result.activity is Activity.DEBUGGING


@pytest.mark.parametrize(
    "code",
    [
        "except ValueError:",
        "raise KeyError(name)",
        "RecvError::Lagged(_) => {",
        "class TotalError(Exception):",
    ],
)
def test_code_about_errors_is_no_error(code):
    result = describe_lines(line("total.py - Kate", 400, 4), *CODE, line(code, 120, 400))
    assert texts(result, EntityKind.ERROR_MESSAGE) == []


def test_addresses_mail_and_dates():
    result = describe_lines(
        line("Release notes — Mozilla Firefox", 300, 4),
        line("https://docs.example.com/notes/1.2", 200, 60),
        *column(
            100,
            200,
            "Questions to help@example.com, please.",
            "See www.example.org/faq.",
            "Out on 2026-03-04.",
        ),
    )
    assert texts(result, EntityKind.URL) == ["https://docs.example.com/notes/1.2", "www.example.org/faq"]
    assert texts(result, EntityKind.EMAIL_ADDRESS) == ["help@example.com"]
    assert texts(result, EntityKind.DATE) == ["2026-03-04"]
    assert texts(result, EntityKind.DOCUMENT) == ["Release notes"]


@pytest.mark.parametrize(
    "text", ["self.total", "e.g. this", "v1.2.3", "3.14", "foo()", "a.b.c", "Mr.Miller", "core.rs"]
)
def test_what_is_no_address(text):
    result = describe_lines(line("orders.py - Kate", 400, 4), line(text, 100, 300))
    assert texts(result, EntityKind.URL) == []


def test_preferences_in_an_editor_are_configuration():
    result = describe_lines(
        row(8, "File", "Edit", "Selection", "View", "Go"),
        row(60, "total.py", "Settings"),
        line("Search settings", 120, 110),
        column(120, 150, "Commonly Used", "Text Editor", "Workbench"),
    )
    assert result.activity is Activity.CONFIGURATION
    assert result.task == "Changing settings in Visual Studio Code"


def test_confidence_is_high_only_when_a_title_names_the_application():
    title = describe_lines(line("budget.ods — LibreOffice Calc", 24, 4), menu(CALC_MENU), grid()).confidence
    cues = describe_lines(menu(CALC_MENU), grid()).confidence
    kind = describe_lines(grid()).confidence
    nothing = describe_lines(PROSE).confidence
    assert title > 0.9 > cues > kind > nothing > 0


def test_confidence_falls_with_that_of_the_text():
    sure = describe_lines(line("budget.ods — LibreOffice Calc", 24, 4)).confidence
    unsure = describe_lines(line("budget.ods — LibreOffice Calc", 24, 4, confidence=0.5)).confidence
    assert unsure < 0.6 * sure


def test_nothing_is_invented_about_plain_text():
    result = describe_lines(PROSE)
    assert (result.application, result.window_title, result.task) == ("", "", "")
    assert (result.application_type, result.activity) == (ApplicationType.UNKNOWN, Activity.UNKNOWN)
    assert "The mill was built in 1871 and rebuilt twice." in result.summary


def test_a_file_name_counts_only_when_the_screen_says_nothing():
    assert (
        describe_lines(PROSE, file_name="Screenshot_20260304-133512_Chrome.jpg").application
        == "Google Chrome"
    )
    shown = describe_lines(line("a.py - Kate", 24, 4), file_name="Screenshot_20260304-133512_Chrome.jpg")
    assert shown.application == "Kate"


def test_the_minimum_knows_the_name_only():
    named = minimum("Screenshot_20260304-133512_Firefox.jpg")
    assert (named.application, named.application_type) == ("Mozilla Firefox", ApplicationType.WEB_BROWSER)
    assert 0 < named.confidence <= 0.2
    plain = minimum("Screenshot from 2026-03-04 13-35-12.png")
    assert (plain.application, plain.task, plain.entities, plain.confidence) == ("", "", (), 0.0)
    assert plain.summary == ""  # nobody has looked for text yet


def test_a_picture_on_which_no_text_was_found_is_said_to_be_one():
    assert describe(screen(), WIDTH, HEIGHT) == Description(summary="No text was found in it.")
    named = describe(screen(), WIDTH, HEIGHT, file_name="Screenshot_20260304-133512_Firefox.jpg")
    assert named.application == "Mozilla Firefox"
    assert named.summary == "No text was found in it. Its file name says Mozilla Firefox."


@pytest.mark.parametrize(
    "file_name", ["settings.png", "my notes.png", "clock.png", "", ".png", "word files.png"]
)
def test_everyday_words_in_a_file_name_name_nothing(file_name):
    assert minimum(file_name).application == ""
