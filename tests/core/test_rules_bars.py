"""Menu bars and panels: whose they are however they are read, and what they are not."""

import pytest

from glimpsed.core.model import Activity
from glimpsed.core.model import ApplicationType as Kind
from screen_layouts import PROSE, column, described, grid, line, menu, row

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
        ("Poges|File|Edit|Insert|Format|Arrange|View|Window|Help", [], "Pages"),
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
        ("File|Edit|View|History|Window|Help", "Notion"),
        ("Scene|Project|Debug|Editor|Help", "Godot Engine"),
    ],
)
def test_menus_that_an_application_has_not_speak_against_it(menus, application):
    assert described(menu(menus), PROSE).application == application


@pytest.mark.parametrize(
    "form", ["Message (HTML)", "Nachricht (HTML)", "Mensaje (HTML)", "Message (Texte brut)", "Bericht (HTML)"]
)
def test_a_window_of_one_message_is_mail(form):
    result = described(line(f"RE: The roof of May - {form}", 300, 4), PROSE)
    assert (result.application, result.application_type) == ("Microsoft Outlook", Kind.EMAIL)


def test_chat_in_other_words():
    telegram = described(column(12, 90, "Todos los chats", "Mensajes guardados", "Zona Sur"), PROSE)
    mattermost = described(line("Town Square - Qgas Mattermost", 500, 4), PROSE)
    assert (telegram.application, mattermost.application) == ("Telegram", "Mattermost")


@pytest.mark.parametrize(
    "title",
    [
        "(3) WhatsApp \u2014 Mozilla Firefox",
        "dzp-pytania - Rocket.Chat \u2014 Mozilla Firefox",
        "Inbox (4) - nadia@fieldway.example - Fieldway Mail - Google Chrome",
        "Roundcube Webmail :: Inbox \u2014 Mozilla Firefox",
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
        (column(12, 120, "Entrada", "Borradones", "Enviados"), Activity.COMMUNICATION),
        (column(12, 120, "Chats", "Status", "Channels", "Archived"), Activity.COMMUNICATION),
        (grid(), Activity.DATA_ANALYSIS),
        (column(12, 120, "Inbox", "Upcoming", "Someday"), Activity.READING),
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
