"""Menu bars and panels: whose they are however they are read, and what they are not."""

import pytest

from glimpsed.core.model import Activity
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules import describe
from screen_layouts import PROSE, column, described, grid, line, menu, row, screen

CLOCK = line("Tue 10:41", 1150, 4)


def mac(names, *parts):
    """A screen with a menu bar at the top, with the application's name first if there is one."""
    return described(row(4, *names.split("|"), x=40), CLOCK, *parts)


@pytest.mark.parametrize("bar", ["zoom.us", "zo0m.us"])
@pytest.mark.parametrize("menus", ["Meeting|View|Edit|Window|Help", "Reunión|Ver|Editar|Ventana|Ayuda"])
def test_a_name_in_a_bar_is_no_address(bar, menus):
    result = mac(f"{bar}|{menus}", PROSE)
    assert (result.application, result.application_type) == ("Zoom", Kind.VIDEO_CONFERENCE)
    assert not result.entities


def test_an_address_is_one_wherever_a_page_begins():
    assert described(line("zoom.us", 200, 60), PROSE).application == "Zoom"
    assert described(line("https://example.org/a", 200, 4), PROSE).application_type is Kind.WEB_BROWSER


@pytest.mark.parametrize(
    ("names", "parts", "application"),
    [
        ("5afari|File|Edit|View|History|Bookmarks|Help", [], "Safari"),
        ("Exccl|File|Edit|View|Insert|Format|Tools|Data|Window|Help", grid(), "Microsoft Excel"),
        ("Moil|File|Edit|Mailbox|Help", column(12, 90, "Inbox", "Sent", "Drafts", "Junk"), "Apple Mail"),
        ("Notes|File|Format|View|Window|Help", [], "Notes"),
        ("Tropy|File|Edit|View|Item|Window|Help", [], "Tropy"),
    ],
)
def test_a_bar_names_its_application(names, parts, application):
    assert mac(names, PROSE, parts).application == application


@pytest.mark.parametrize(
    "menus",
    [
        "Fiehier|Édition|Affichage|Objet|Fenêtre|Aide",
        "Archiyo|Edición|Imagen|Vista|Ventana|Ayuda",
        "Reunión|Ver|Editar|Ventana|Ayuda",
        "FiIe|Edit|Objeet|View|Window|Help",
    ],
)
def test_the_first_menu_is_no_application(menus):
    assert mac(menus, PROSE).application == ""


@pytest.mark.parametrize(
    ("title", "application", "kind"),
    [
        ("Plan.odt \u2014 LibreOffice Writer", "LibreOffice Writer", Kind.WORD_PROCESSOR),
        ("Budget.ods \u2014 LibreOffice Calc", "LibreOffice Calc", Kind.SPREADSHEET),
    ],
)
def test_of_a_suite_in_the_bar_it_is_the_program_in_the_title(title, application, kind):
    names = "LibreOffice|File|Edit|View|Insert|Format|Tools|Window|Help"
    result = mac(names, line(title, 500, 28), PROSE)
    assert (result.application, result.application_type) == (application, kind)


def test_a_suite_that_nothing_else_tells_of_is_itself():
    assert mac("LibreOffice|File|Edit|View|Tools|Window|Help", PROSE).application == "LibreOffice"


def test_of_equals_that_titles_name_one_is_told():
    titles = line("a.docx - Word", 8, 4), line("b.xlsx - Excel", 700, 4)
    assert described(*titles, PROSE).application in ("Microsoft Word", "Microsoft Excel")


def test_what_several_editors_draw_alike_names_none_of_them():
    menus = menu("File|Edit|View|Navigate|Code|Build|Run|Tools|Git|Help")
    result = described(menus, PROSE)
    assert (result.application, result.application_type) == ("", Kind.CODE_EDITOR)


@pytest.mark.parametrize(
    ("menus", "application"),
    [
        ("File|View|Accounts|Management|Setup|Utilities|Help", ""),
        ("File|Edit|View|Account|Window|Help", "Bitwarden"),
        ("File|Edit|Idefix|Tools|LaTeX|Math|Wizards|Bibliography|Macros|View|Options|Help", "TeXstudio"),
        ("File|Edit|View|Editor|Project|Window|Help", ""),
        ("File|Edit|Tools|LaTeX|Math|Wizard|Bibliography|User|View|Options|Help", "Texmaker"),
        ("Scene|Project|Debug|Editor|Help", "Godot Engine"),
    ],
)
def test_menus_that_an_application_has_not_speak_against_it(menus, application):
    assert described(menu(menus), PROSE).application == application


@pytest.mark.parametrize(
    "form", ["Message (HTML)", "Nachricht (HTML)", "Mensaje (HTML)", "Message (Texte brut)", "İleti (HTML)"]
)
def test_a_window_of_one_message_is_mail(form):
    result = described(line(f"RE: The roof of May - {form}", 300, 4), PROSE)
    assert (result.application, result.application_type) == ("Microsoft Outlook", Kind.EMAIL)


def test_chat_in_other_words():
    chats = column(12, 90, "Todos los chats", "Mensajes guardados", "Zona Sur")
    telegram = described(line("(3) Telegram", 600, 4), chats, PROSE)
    mattermost = described(line("Town Square - Qgas Mattermost", 500, 4), PROSE)
    assert (telegram.application, mattermost.application) == ("Telegram", "Mattermost")


@pytest.mark.parametrize(
    "title",
    [
        "(3) WhatsApp \u2014 Mozilla Firefox",
        "Inbox (4) - nadia@fieldway.example - Fieldway Mail - Google Chrome",
        "Inbox :: Roundcube Webmail \u2014 Mozilla Firefox",
    ],
)
def test_a_page_of_mail_or_chat_is_communication(title):
    result = described(line(title, 300, 4), PROSE)
    assert (result.application_type, result.activity) == (Kind.WEB_BROWSER, Activity.COMMUNICATION)


@pytest.mark.parametrize(
    ("parts", "activity"),
    [
        (column(12, 120, "Posteingang", "Entwürfe", "Gesendet"), Activity.COMMUNICATION),
        (column(12, 120, "P0stvak IN", "Verzonden ifems", "Concepten"), Activity.COMMUNICATION),
        (column(12, 120, "Bandeja de entrada", "Borradones", "Enviados"), Activity.COMMUNICATION),
        (column(12, 120, "Inbox", "Upcoming", "Someday"), Activity.READING),
        (column(12, 120, "Inbox", "Drafts", "Trash"), Activity.READING),
        (column(900, 500, "Chat", "Community", "Status", "Channels"), Activity.READING),
        (grid(), Activity.READING),
    ],
)
def test_what_a_page_lists_tells_what_it_is_for(parts, activity):
    result = described(line("Team \u2014 Mozilla Firefox", 300, 4), PROSE, parts)
    assert (result.application_type, result.activity) == (Kind.WEB_BROWSER, activity)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.google.com/search?q=mill", "Google Search"),
        ("https://www.google.com", "Google Search"),
        ("https://console.clovd.google.com/run", ""),
        ("https://aws.amazon.com/vpc/pricing", ""),
        ("https://www.amazon.de/dp/1", "Amazon"),
    ],
)
def test_what_lies_below_a_host_is_not_always_its_own(address, site):
    assert described(line(address, 200, 60), PROSE).application == site


@pytest.mark.parametrize(
    "parts",
    [
        [line("You have 3 saved messages waiting.", 200, 200)],
        column(12, 90, "Voicemail", "New messages", "Saved messages", "Greeting"),
        column(12, 100, "2D", "3D", "Script", "Node", "Import"),
        [line("Quartal 3 - Bericht (HTML)", 300, 4), *menu("Datei|Bearbeiten|Ansicht|Hilfe")],
        row(4, "File", "Messages", "Edit", "View", "Help", x=40),
    ],
)
def test_everyday_words_name_no_application(parts):
    assert described(CLOCK, parts, PROSE).application == ""


def test_mail_that_is_saved_is_mail():
    assert (
        described(column(12, 90, "Inbox", "Sent", "Drafts", "Saved Messages"), PROSE).application_type
        is Kind.EMAIL
    )


@pytest.mark.parametrize(
    "title",
    ["Button | Element", "Write to tips@paper.co.uk - Daily Mail", "Storm | WEB.DE", "Zulip | Team chat"],
)
def test_pages_about_mail_and_chat_are_read(title):
    assert described(line(f"{title} \u2014 Mozilla Firefox", 300, 4), PROSE).activity is Activity.READING


def test_what_stands_beside_a_menu_bar_speaks_against_nothing():
    names = row(4, *["File", "Edit", "View", "History", "Bookmarks", "Tools", "Help"], x=40)
    beside = row(4, "Q", "87 %", "Search", "Tue 10:41", x=names[-1].box[0] + names[-1].box[2] + 16)
    assert described(names, beside, PROSE).application == described(names, PROSE).application != ""


def test_an_address_bar_is_one_on_a_large_screen():
    assert describe(screen(line("zoom.us", 200, 60), PROSE), 3840, 2160).application == "Zoom"


@pytest.mark.parametrize("clock", ["13.33", "tors. 27. nov. 13.33", "13,33", "9h05", "gio 27 nov 9:05"])
@pytest.mark.parametrize(
    ("names", "application"),
    [
        ("Word|Filer|Rediger|Vis|Indsæt|Formater|Funktioner|Tabel|Vindue|Hjælp", "Microsoft Word"),
        ("Pages|Arkisto|Muokkaa|Lisää|Muotoile|Näytä|Ikkuna|Ohje", "Pages"),
        ("Billedfremviser|Arkiv|Rediger|Oversigt|Gå|Værktøjer|Vindue|Hjælp", "Billedfremviser"),
    ],
)
def test_clocks_of_any_language_are_those_of_a_bar(clock, names, application):
    bar = row(4, *names.split("|"), x=40), line(clock, 1100, 4)
    result = described(*bar, line("Notat om læhegn.docx", 500, 28), PROSE)
    assert (result.application, result.window_title) == (application, "Notat om læhegn.docx")


@pytest.mark.parametrize("clock", ["Wed 9 Sep  1O:06", "Tue 14 Apr 09;36", "1O:O6 AM", "Fri 13/O3  14:Z9"])
def test_a_clock_may_be_misread(clock):
    bar = row(4, "Webstuhl", "File", "Edit", "View", "Window", "Help", x=40), line(clock, 1100, 4)
    result = described(*bar, line("Notes on mills.docx", 500, 28), PROSE)
    assert (result.application, result.window_title) == ("Webstuhl", "Notes on mills.docx")


@pytest.mark.parametrize(
    "title",
    ["Ratio 1:l0 - Solo:Boss", "Mills 2;Os - Draft", "Sum of - B2:B9", "Sales - S1:S9", "Seat - Row 12;30"],
)
def test_not_everything_with_a_colon_is_a_clock(title):
    assert described(line(title, 500, 4), PROSE).window_title == title


@pytest.mark.parametrize(
    ("bar", "application"),
    [
        ("Mail|Ficheiro|Edição|Visualização|Caixa|Mensagem|Formatação|Janela|Ajuda", "Apple Mail"),
        ("Safari|Ficheiro|Edição|Visualização|Histórico|Marcadores|Janela|Ajuda", "Safari"),
        ("Pages|Datoteka|Uređivanje|Umetni|Prikaz|Prozor|Pomoć", "Pages"),
        ("Pages|Archief|Wijzig|Voeg in|Opmaak|Weergave|Venster|Help", "Pages"),
    ],
)
def test_the_bar_of_a_mac_is_known_in_more_languages(bar, application):
    assert described(row(4, *bar.split("|"), x=40), line("10:21", 1100, 4), PROSE).application == application


def test_a_panel_with_a_clock_is_no_title():
    panel = [line("Toiminnot", 12, 4), line("27.11. 13.33", 600, 4), line("FI", 1200, 4)]
    assert described(panel, line("Kohde 12 - Koulu", 500, 30), PROSE).window_title == "Kohde 12 - Koulu"


@pytest.mark.parametrize(
    "title", ["Plan 1.25 - Drawing 2.75", "Layout - Revision 3.4.12", "Draft - Page 12.5"]
)
def test_a_number_is_no_clock(title):
    assert described(line(title, 500, 4), PROSE).window_title == title


@pytest.mark.parametrize("beside", ["logo 2.10", "Release 1.25", "Total 12,30"])
def test_what_stands_right_in_a_title_bar_is_no_clock(beside):
    menus = row(
        4,
        *[
            "Ps",
            "File",
            "Edit",
            "Image",
            "Layer",
            "Type",
            "Select",
            "Filter",
            "3D",
            "View",
            "Plugins",
            "Window",
            "Help",
        ],
    )
    assert described(menus, line(beside, 1150, 4), PROSE).application == "Adobe Photoshop"


@pytest.mark.parametrize(
    ("pieces", "title"),
    [
        (("report.csv", "- Tool 2.10"), "report.csv - Tool 2.10"),
        (("Invoice 7 - Acme", "Total 12,30"), "Invoice 7 - Acme Total 12,30"),
        (("Libre", "Budget - Shop", "3.45"), "Libre Budget - Shop 3.45"),
    ],
)
def test_a_title_in_pieces_is_no_panel(pieces, title):
    assert described(row(4, *pieces, x=400, gap=8), row(28, "Other - Thing"), PROSE).window_title == title


def test_the_last_menu_ends_a_bar_however_it_is_read():
    names = "File|Edit|View|Go|Message|Events and Tasks|Tools|Hclp|hills|shop"
    assert described(menu(names, y=4), PROSE).application == "Thunderbird"


def test_a_name_after_the_apple_is_one_though_it_is_a_menu():
    assert mac("O|Notes|File|Format|View|Window|Help", PROSE).application == "Notes"
