"""Windows without a readable name: mail and chat by what they list, offices by the file in their title."""

import pytest

from glimpsed.core.model import ApplicationType as Kind
from screen_layouts import PANEL, PROSE, column, described, grid, line, menu, row


@pytest.mark.parametrize(
    "places",
    [
        "Favourites|Inbox 12|Sent Items|Drafts|Invoices",
        "Favoriten|Posteingang (4)|Kunden|Gesendete Elemente|Steuer|Entwürfe",
        "Courrier entrant|Brouillons|Corbeille|Fournisseurs",
        "Bandeja de entrada [3]|Elementos enviados|Borradores",
        "Preferiti|Posta in arrivo|Notai|Bozze|Posta eliminata",
        "Favoritos|Caixa de Entrada|Itens Enviados|Rascunhos",
        "Favorieten|Postvak IN|Verzonden items|Concepten|Mappen",
        "Ulubione|Skrzynka odbiorcza|Elementy wysłane|Elementy usunięte",
        "Doručená pošta|Odeslaná pošta|Koš",
        "Inkorgen 7|Skickat|Utkast",
        "Inkorgen15|Skickat|Utkast2",
        "Gauti laiškai|Juodraščiai|Išsiųsti laiškai",
    ],
)
def test_places_of_mail_are_those_of_a_mail_program_in_any_language(places):
    result = described(column(12, 90, *places.split("|")), PROSE)
    assert (result.application, result.application_type) == ("", Kind.EMAIL)


@pytest.mark.parametrize(
    "places",
    [
        "Inbox|My issues|Drafts|Views",
        "Inbox|Today|Upcoming",
        "All|Drafts|Sent|Paid|Overdue",
        "Sent|Opened|Clicked|Spam|Bounced",
        "Todas|Rascunhos|Enviadas|Pagas|Lixo",
        "Faktury|Odebrane|Wysłane",
        "A Receber|A Pagar|A Enviar|Enviadas",
        "Osnutki 3|Prejeto 12|Poslano 40|Plačano",
        "Entrada 12|Saída|Rascunhos|Enviados|Arquivo",
        "Вхідні|Вихідні|Чернетки|Надіслані|Кошик",
        "Razgovori|Novosti|Kanali|Zajednice",
        "Naujienos|Pokalbiai|Skambučiai|Kanalai",
        "Published|Drafts (5)|Spam (2)|Trash (1)",
        "Inbox|Snoozed|Drafts|My issues|Projects",
        "Inbox|Today|Starred|Snoozed|Someday",
        "Boîte de réception|En attente|Brouillons",
    ],
)
def test_what_is_sent_and_thrown_away_elsewhere_is_no_mail(places):
    below = described(column(12, 90, *places.split("|")), PROSE)
    beside = described(row(120, *places.split("|")), PROSE)
    assert below.application_type is beside.application_type is Kind.UNKNOWN


def test_places_side_by_side_are_a_tables_header():
    assert described(row(120, "Inbox", "Sent", "Drafts", "Junk"), PROSE).application_type is Kind.UNKNOWN
    chats = row(120, "Chats", "Calls", "Status", "Channels", "Archived")
    assert described(chats, PROSE).application_type is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("front", "kind"),
    [
        (grid(), Kind.SPREADSHEET),
        (column(300, 200, "ann@box:~/Maildir$ ls"), Kind.TERMINAL),
        ([line("https://mail.example.org/inbox", 200, 40)], Kind.WEB_BROWSER),
    ],
    ids=["a grid", "a prompt", "an address"],
)
def test_places_of_mail_weigh_less_than_what_else_a_window_shows(front, kind):
    places = column(12, 120, "Inbox", "Sent", "Drafts", "Trash")
    assert described(front, places).application_type is kind


def test_places_of_mail_help_a_mail_program():
    bar = menu("File|Edit|View|Go|Message|Events and Tasks|Tools|Help")
    assert described(bar, column(12, 120, "Inbox", "Sent", "Drafts"), PROSE).application == "Thunderbird"


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("WhatsApp", "Chat|Chiamate|Stato|Canali|Archiviate"),
        ("(2) WhatsApp", "Chats|Llamadas|Novedades|Archivados"),
        ("", "Chats|Cerca o inizia una nuova chat|Anna 10:32"),
    ],
)
def test_whatsapp_is_named_by_its_title_or_by_what_it_asks_for(title, places):
    titles = [line(title, 8, 4)] if title else []
    result = described(*titles, column(12, 60, *places.split("|")), PROSE)
    assert (result.application, result.application_type) == ("WhatsApp", Kind.CHAT)


@pytest.mark.parametrize(
    "places",
    [
        "Chats|Calls|Archived|Updates|Settings",
        "Chats|Estados|Canales|Comunidades",
        "Chaty|Hovory|Kanály|Komunity",
        "Klepeti|Klici|Posodobitve|Kanali|Skupnosti",
        "Vestlused|Kõned|Staatus|Kogukonnad",
        "Etkinlik|Sohbet 2|Ekipler|Takvim|Aramalar|OneDrive",
        "Aktivität|Chat|Kalender|Anrufe|Dateien",
        "Kanaal zoeken|FAVORIETEN|koffiehoek|KANALEN|Algemeen|DIRECTE BERICHTEN|hanne.desmedt",
        "Fils de discussion|Canaux|général|Messages directs",
        "Etusivu|Ihmiset|Huoneet|Kahvihuone|Matala prioriteetti",
    ],
)
def test_places_of_chats_tell_the_kind_and_bear_out_a_title(places):
    result = described(column(12, 60, *places.split("|")), PROSE)
    assert (result.application, result.application_type) == ("", Kind.CHAT)
    signal = described(*PANEL, line("Signal", 600, 30), column(12, 60, *places.split("|")), PROSE)
    assert (signal.application, signal.application_type) == ("Signal", Kind.CHAT)


@pytest.mark.parametrize(
    "labels",
    [
        "Cliente|Estado|Chat|Llamadas",
        "Start|Chat|Channels|Community|Events",
        "Calls|Status|Channels|Updates",
        "Home|Rooms|Rates|People|Guests",
        "Overview|Calendar|Files|Team|Activity|Chat",
        "Direct messages|Notifications|Favourites|Bookmarks",
        "Chats|Stories|Friends",
        "Kamers|Personen|Favorieten|Facturen",
        "Zuhause|Favoriten|Räume|Personen|Automationen",
        "Calls|Calendar|Teams|Files",
        "Details|Activity|Calls|Emails|Calendar|Files|Team",
        "Sohbet|Takvim|Dosyalar|Aramalar",
        "Direct messages|Comments|Channels|Favorites|Analytics",
        "Темы|Личные сообщения|Обсуждения|Избранное|Выход",
        "Epics|Stories|Chat|Calls|Retro",
        "Citas|Pacientes|Historias|Llamadas|Chat|Facturas",
    ],
)
def test_what_else_has_calls_and_states_is_no_chat(labels):
    assert described(column(12, 60, *labels.split("|")), PROSE).application_type is Kind.UNKNOWN
    assert described(row(120, *labels.split("|")), PROSE).application_type is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("log", "kind"),
    [
        (["22:55 <noc> who restarted it?", "22:56 < ann> me", "22:58 <@noc> thanks, works"], Kind.CHAT),
        (["10:21:03 <info> up", "10:21:04 <warn> slow", "10:21:05 <info> done"], Kind.UNKNOWN),
        (["[10:21:03] <INFO> up", "[10:21:04] <main> slow", "[10:21:05] <INFO> done"], Kind.UNKNOWN),
        (["22:55 <b>bold</b>", "22:56 <p>", "22:57 x < y > z"], Kind.UNKNOWN),
        (["22:55 <ann> one", "22:56 <ann> two", "22:57 <ann> three"], Kind.UNKNOWN),
    ],
)
def test_what_several_said_is_chat_and_what_a_machine_said_is_none(log, kind):
    assert described(column(8, 90, *log)).application_type is kind


@pytest.mark.parametrize("word", ["Signal", "Access", "Numbers", "Calendar", "Videos", "Terminal"])
def test_a_heading_names_no_application(word):
    assert described(line(word, 80, 30), PROSE).application == ""
    assert described(*PANEL, line(word, 600, 30), PROSE).application == "", "not even below a panel"


@pytest.mark.parametrize(
    ("title", "application", "kind"),
    [
        ("Riparto quote.xlsx - Exccl", "Microsoft Excel", Kind.SPREADSHEET),
        ("Sv: kvarnen - Mcddelande (HTML)", "Microsoft Outlook", Kind.EMAIL),
        ("Plan def.pdf", "", Kind.DOCUMENT_VIEWER),
        ("Budget.xlsx - Wond", "", Kind.UNKNOWN),
        ("rota.docx - Ward", "", Kind.UNKNOWN),
        ("Factura.docx - Pagos", "", Kind.UNKNOWN),
        ("letter.docx - Properties", "", Kind.UNKNOWN),
        ("Plan def.pdf - Excel", "Microsoft Excel", Kind.SPREADSHEET),
        ("RE: Plan def.pdf - ann@mill.example", "", Kind.UNKNOWN),
    ],
)
def test_a_file_in_the_title_bears_out_a_misread_name_of_its_kind(title, application, kind):
    result = described(line(title, 40, 4), column(12, 60, "Thumbnails", "Outline"), PROSE)
    assert (result.application, result.application_type) == (application, kind)


def test_a_grid_keeps_its_kind_whatever_file_its_title_names():
    result = described(line("Plan def.pdf - Sheeter", 40, 4), grid())
    assert (result.application, result.application_type) == ("", Kind.SPREADSHEET)


@pytest.mark.parametrize(
    ("read", "named"),
    [
        ("Cbrome", "Google Chrome"),
        ("Ovtlook", "Microsoft Outlook"),
        ("Finden", "Finder"),
        ("Safaxi", "Safaxi"),
    ],
)
def test_a_name_in_a_mac_bar_is_known_by_the_shape_of_its_letters(read, named):
    bar = [
        *row(6, read, "File", "Edit", "View", "History", "Window", "Help", x=30),
        line("Tue 10:21", 1000, 6),
    ]
    assert described(bar, PROSE).application == named


@pytest.mark.parametrize("name", ["Nation", "Clément", "Blenden", "Finden", "Danica", "Ward"])
def test_a_word_that_looks_like_a_name_is_none_in_a_title(name):
    assert described(line(f"Plan 12 - {name}", 40, 4), PROSE).application == ""
