"""Windows without a readable name: mail and chat by what they list, offices by the file in their title."""

import pytest

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules import describe
from screen_layouts import HEIGHT, PROSE, WIDTH, column, grid, line, menu, row, screen

PANEL = [line("Activities", 12, 4), line("14 Apr 10:21", 600, 4), line("100 %", 1200, 4)]


def described(*parts):
    return describe(screen(*parts), WIDTH, HEIGHT)


@pytest.mark.parametrize(
    "places",
    [
        "Favourites|Inbox 12|Sent Items|Drafts|Invoices",
        "Favoriten|Posteingang (4)|Kunden|Gesendete Elemente|Steuer",
        "Boîte de réception|Brouillons|Corbeille|Fournisseurs",
        "Bandeja de entrada [3]|Elementos enviados|Borradores",
        "Preferiti|Posta in arrivo|Notai|Bozze|Posta eliminata",
        "Favoritos|Itens Enviados|Rascunhos",
        "Favorieten|Postvak IN|Verzonden items|Mappen",
        "Ulubione|Skrzynka odbiorcza|Elementy wysłane",
        "Doručená pošta|Odeslaná pošta|Koš",
        "Inkorgen 7|Skickat|Utkast",
    ],
)
def test_places_of_mail_are_those_of_a_mail_program_in_any_language(places):
    result = described(menu("File|View|Help"), column(12, 90, *places.split("|")), PROSE)
    assert (result.application, result.application_type) == ("", Kind.EMAIL)


@pytest.mark.parametrize(
    "places",
    [
        "Inbox|My issues|Drafts|Views",
        "Inbox|Today|Upcoming",
        "Sent|Paid|Overdue",
        "Inbox|Notes",
        "Spam",
    ],
)
def test_an_inbox_alone_is_no_mail(places):
    assert described(column(12, 90, *places.split("|")), PROSE).application_type is Kind.UNKNOWN


def test_places_of_mail_help_a_mail_program_and_no_browser():
    places = column(12, 120, "Inbox", "Sent", "Drafts")
    bar = menu("File|Edit|View|Go|Message|Events and Tasks|Tools|Help")
    assert described(bar, places, PROSE).application == "Thunderbird"
    page = described(line("https://mail.example.org/inbox", 200, 40), places, PROSE)
    assert page.application_type is Kind.WEB_BROWSER


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("WhatsApp", "Chat|Chiamate|Stato|Canali|Archiviate"),
        ("(2) WhatsApp", "Chats|Llamadas|Novedades|Archivados"),
        ("(26) WhatsApp", "Status|Starred|Channels"),
    ],
)
def test_places_of_whatsapp_bear_out_its_name_alone_in_a_title(title, places):
    result = described(line(title, 8, 4), column(12, 60, *places.split("|")), PROSE)
    assert (result.application, result.application_type) == ("WhatsApp", Kind.CHAT)


@pytest.mark.parametrize(
    "places",
    ["Chats|Calls|Archived|Settings", "Chats|Estados|Canales|Comunidades", "Chaty|Hovory|Kanály|Komunity"],
)
def test_places_of_chats_tell_the_kind_and_bear_out_a_title(places):
    result = described(column(12, 60, *places.split("|")), PROSE)
    assert (result.application, result.application_type) == ("", Kind.CHAT)
    signal = described(*PANEL, line("Signal", 600, 30), column(12, 60, *places.split("|")), PROSE)
    assert (signal.application, signal.application_type) == ("Signal", Kind.CHAT)


def test_what_whatsapp_asks_for_names_it_without_a_title():
    result = described(column(12, 60, "Chats", "Cerca o inizia una nuova chat", "Anna 10:32"), PROSE)
    assert result.application == "WhatsApp"


def test_columns_of_a_table_are_no_chats():
    header = row(120, "Status", "Channels", "Calls", "Updates")
    assert described(header, PROSE).application_type is Kind.UNKNOWN


def test_a_log_of_what_was_said_is_chat():
    log = column(8, 30, "22:55 <noc> who restarted it?", "22:56 < ann> me", "22:58 <@noc> thanks, works")
    assert described(log).application_type is Kind.CHAT
    assert described(column(8, 30, "22:55 <b>bold</b>", "22:56 <p>", "22:57 x < y > z")).application == ""


@pytest.mark.parametrize("above", [[], PANEL], ids=["no panel", "a panel"])
def test_a_name_alone_where_titles_are_is_the_windows_name(above):
    y = 30 if above else 4
    result = described(*above, line("Signal", 560, y), column(16, 90, "Note to Self", "Ann", "Ben"), PROSE)
    assert result.application == "Signal"


@pytest.mark.parametrize(
    "first",
    [[line("Signal", 300, 90)], [line("Signal", 40, 4), line("Noise", 400, 4)], [line("Signals", 40, 4)]],
    ids=["further down", "two tabs", "another word"],
)
def test_a_name_elsewhere_or_beside_something_is_no_title(first):
    assert described(*first, PROSE).application == ""


@pytest.mark.parametrize(
    ("title", "application", "kind"),
    [
        ("Protocol 12.docx - Wond", "Microsoft Word", Kind.WORD_PROCESSOR),
        ("Riparto quote.xlsx - Exccl", "Microsoft Excel", Kind.SPREADSHEET),
        ("offer v3.docx - TextForge", "", Kind.WORD_PROCESSOR),
        ("Plan def.pdf", "", Kind.DOCUMENT_VIEWER),
        ("Plan def.pdf - Excel", "Microsoft Excel", Kind.SPREADSHEET),
        ("Budget.xlsx - Wond", "", Kind.SPREADSHEET),
        ("RE: Plan def.pdf - ann@mill.example", "", Kind.UNKNOWN),
        ("setup.bin - Wond", "", Kind.UNKNOWN),
    ],
)
def test_a_file_in_the_title_tells_the_kind_and_a_name_with_one_wrong_letter(title, application, kind):
    result = described(line(title, 40, 4), column(12, 60, "Thumbnails", "Outline"), PROSE)
    assert (result.application, result.application_type) == (application, kind)


def test_a_grid_keeps_its_kind_whatever_file_its_title_names():
    result = described(line("Plan def.pdf - Sheeter", 40, 4), grid())
    assert (result.application, result.application_type) == ("", Kind.SPREADSHEET)


def test_a_team_of_mattermost_is_no_part_of_its_name():
    result = described(*PANEL, line("lab-status - Qgas Mattermost", 480, 30), PROSE)
    assert (result.application, result.window_title) == ("Mattermost", "lab-status - Qgas Mattermost")
    assert described(line("history of Mattermost", 480, 4), PROSE).application == ""


@pytest.mark.parametrize(
    ("read", "in_a_bar", "in_a_title"),
    [
        ("Cbrome", "Google Chrome", "Google Chrome"),
        ("Ovtlook", "Microsoft Outlook", "Microsoft Outlook"),
        ("Finden", "Finder", "Finder"),
        ("Skefch", "Sketch for Mac", ""),
        ("Safaxi", "Safaxi", ""),
    ],
)
def test_a_short_name_is_known_by_the_shape_of_its_letters(read, in_a_bar, in_a_title):
    bar = [
        *row(6, read, "File", "Edit", "View", "History", "Window", "Help", x=30),
        line("Tue 10:21", 1000, 6),
    ]
    assert described(bar, PROSE).application == in_a_bar
    assert described(line(f"Plan - {read}", 40, 4), PROSE).application == in_a_title
