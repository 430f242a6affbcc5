"""What a screen is of."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import Activity, Entity, EntityKind, TextLine
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.folding import fold
from glimpsed.core.rules.screen import parted
from glimpsed.core.sessions.identity import Work, face, label
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.sessions.places import place_of, project_of
from glimpsed.core.sessions.terms import MAX_TERMS, shape, terms
from glimpsed.core.sessions.titles import normalised


@pytest.mark.parametrize(
    ("title", "kind", "document", "project"),
    [
        ("parser.py - ledger - Visual Studio Code", Kind.CODE_EDITOR, "parser.py", "ledger"),
        ("● parser.py - ledger - Visual Studio Code", Kind.CODE_EDITOR, "parser.py", "ledger"),
        ("parser.py - ledger [SSH: mill] - Visual Studio Code", Kind.CODE_EDITOR, "parser.py", "ledger"),
        ("parser.py \u2014 ledger \u2014 Cursor", Kind.CODE_EDITOR, "parser.py", "ledger"),
        ("ledger \u2013 parser.py", Kind.CODE_EDITOR, "parser.py", "ledger"),
        ("parser.py (ledger) - Sublime Text", Kind.CODE_EDITOR, "parser.py", "ledger"),
        ("parser.py (~/src/ledger) - VIM", Kind.CODE_EDITOR, "parser.py", "ledger"),
        ("ada@mill: ~/src/ledger", Kind.TERMINAL, "", "ledger"),
        ("ada@mill:~/src/ledger/tests", Kind.UNKNOWN, "", "ledger"),
        ("ada@mill: ~", Kind.TERMINAL, "", ""),
        ("(3) Lighthouse - Wikipedia - Google Chrome", Kind.WEB_BROWSER, "Lighthouse", ""),
        (
            "Inbox (12) - ada@example.com - Gmail \u2014 Mozilla Firefox",
            Kind.WEB_BROWSER,
            "Inbox - ada@example.com",
            "",
        ),
        ("Budget and 5 more pages - Personal - Microsoft Edge", Kind.WEB_BROWSER, "Budget", ""),
        ("Mills e altre 9 pagine - Lavoro - Microsoft Edge", Kind.WEB_BROWSER, "Mills", ""),
        ("Kvarnar och 7 sidor till \u2013 Jobbet \u2013 Microsoft Edge", Kind.WEB_BROWSER, "Kvarnar", ""),
        ("Molens en nog 2 pagina's - Microsoft Edge", Kind.WEB_BROWSER, "Molens", ""),
        (
            "Rolling in the 20 pages - Mills - Firefox",
            Kind.WEB_BROWSER,
            "Rolling in the 20 pages - Mills",
            "",
        ),
        ("Mills - Wikipcdia - Firefox", Kind.WEB_BROWSER, "Mills", ""),
        ("Essay and 10 pages - Google Docs - Chrome", Kind.WEB_BROWSER, "Essay and 10 pages", ""),
        ("Budget and 5 More Pages - Microsoft Edge", Kind.UNKNOWN, "Budget", ""),
        ("Travail | Le Monde \u2014 Firefox", Kind.WEB_BROWSER, "Travail - Le Monde", ""),
        ("main.py - werk - Visual Studio Code", Kind.CODE_EDITOR, "main.py", "werk"),
        ("Lagret - Excel", Kind.SPREADSHEET, "Lagret", ""),
        ("Bericht \u2014 Auf meinem Mac gespeichert", Kind.WORD_PROCESSOR, "Bericht", ""),
        ("* report.odt \u2014 LibreOffice Writer", Kind.WORD_PROCESSOR, "report.odt", ""),
        ("report.odt\u2014LibreOffice Writer", Kind.WORD_PROCESSOR, "report.odt", ""),
        ("report (2).docx - Word", Kind.WORD_PROCESSOR, "report (2).docx", ""),
        ("report.docx - Saved - Microsoft Word", Kind.WORD_PROCESSOR, "report.docx", ""),
        ("\u280b building 45% - notes.md", Kind.NOTES, "building - notes.md", ""),
        ("general - Acme - 3 new items - Slack", Kind.CHAT, "general - Acme", ""),
        ("boards.indd @ 57% [GPU Preview]", Kind.DESIGN, "boards.indd", ""),
        ("linocut.psd @ 66,7 % (RGB/8) *", Kind.IMAGE_EDITOR, "linocut.psd", ""),
        ("Tool 400x300 paper - [a.SLDASM *]", Kind.DESIGN, "Tool 400x300 paper - a.SLDASM", ""),
        ("ada \u2014 -zsh \u2014 80\u00d724", Kind.UNKNOWN, "ada", ""),
    ],
)
def test_what_a_title_says(title, kind, document, project):
    found = normalised(title, kind)
    assert (found.document, found.project) == (document, project)


@given(st.text(max_size=80), st.sampled_from(list(Kind)))
def test_any_title_is_read(title, kind):
    assert normalised(title, kind) == normalised(title, kind)


@pytest.mark.parametrize(
    ("path", "project"),
    [
        ("~/src/ledger/tests/test_parser.py", "ledger"),
        ("/home/ada/Projects/ledger", "ledger"),
        ("/Users/ada/Documents/Acme/close.xlsx", "Acme"),
        (r"C:\Users\ada\source\repos\Shopfront\Cart.cs", "Shopfront"),
        ("~/go/src/github.com/ada/ledger/main.go", "ledger"),
        ("/srv/ledger", "ledger"),
        ("~/notes.txt", ""),
        ("~", ""),
        ("src/parser.py", ""),
        ("", ""),
        ("/", ""),
        ("~/.config/kitty/kitty.conf", "kitty"),
        ("/etc/nginx/sites-enabled", ""),
        ("/efc/ng1nx", ""),
        ("/var/lib/postgresql", ""),
        ("/var/www/shop/templates", "shop"),
        ("~/code/etc/hosts", "hosts"),
        ("~-/shop", "shop"),
        ("/home/ada/-", ""),
    ],
)
def test_the_project_that_a_path_lies_in(path, project):
    assert project_of(path) == project


@pytest.mark.parametrize(
    ("address", "host", "place", "project"),
    [
        ("https://www.Example.com/a/b?c=d#e", "example.com", "example.com/a/b", ""),
        ("youtube.com/watch?app=d&v=r4M3n", "youtube.com", "youtube.com/watch?r4m3n", ""),
        ("tracker.example.com/?id=412#top", "tracker.example.com", "tracker.example.com?412", ""),
        ("example.com/a?valid=1&grid=2", "example.com", "example.com/a", ""),
        ("shop.example.com/search?q=shoes&p=2", "shop.example.com", "shop.example.com/search", ""),
        ("github.com/acme/ledger/pull/3", "github.com", "github.com/acme/ledger/pull/3", "ledger"),
        ("gitlab.acme.org/tools/ledger.git", "gitlab.acme.org", "gitlab.acme.org/tools/ledger.git", "ledger"),
        ("github.com/settings/profile", "github.com", "github.com/settings/profile", ""),
        ("localhost:5173/cart", "localhost:5173", "localhost:5173/cart", ""),
        ("example.com", "example.com", "", ""),
        ("not an address", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_where_an_address_leads(address, host, place, project):
    found = place_of(address)
    assert (found.host, found.place, found.project) == (host, place, project)


def test_clocks_dates_numbers_and_furniture_tell_nothing():
    assert not terms(
        ["11:26 PM", "3/1/2026", "2026-03-01", "1,234.50", "42", "Monday March", "File Edit View"]
    )


def test_two_readings_of_a_word_are_one_term():
    assert terms(["L1ghthouse keeper"]) == terms(["lighthouse KEEPER"]) == terms(["lightbouse keepcn"])
    assert terms(["lighthouse"]) != terms(["greenhouse"])


def test_screens_that_share_half_of_their_words_share_half_of_their_samples():
    words = [f"word{chr(97 + i // 26)}{chr(97 + i % 26)}x" for i in range(300)]
    left, right = terms(words[:200]), terms(words[100:])
    assert len(left) == len(right) == MAX_TERMS
    assert 0.25 < len(left & right) / MAX_TERMS < 0.75


@pytest.mark.parametrize(
    ("sighting", "work"),
    [
        (Sighting("s", 0, application_type=Kind.TERMINAL), Work.CODE),
        (
            Sighting("s", 0, window_title="Zoom Meeting - weekly", application_type=Kind.VIDEO_CONFERENCE),
            Work.MEETING,
        ),
        (
            Sighting("s", 0, window_title="Meeting with Ada | Microsoft Teams", application_type=Kind.CHAT),
            Work.MEETING,
        ),
        (Sighting("s", 0, application_type=Kind.WEB_BROWSER, activity=Activity.COMMUNICATION), Work.TALK),
        (
            Sighting(
                "s",
                0,
                application_type=Kind.WEB_BROWSER,
                entities=(Entity(EntityKind.URL, "mail.google.com/mail"),),
            ),
            Work.TALK,
        ),
        (Sighting("s", 0, application_type=Kind.WEB_BROWSER), Work.ANY),
        (Sighting("s", 0), Work.ANY),
    ],
)
def test_the_kind_of_work(sighting, work):
    assert face(sighting).works == {work}


def test_a_forge_names_the_repository_that_a_folder_names():
    page = Sighting(
        "a",
        0,
        application_type=Kind.WEB_BROWSER,
        entities=(Entity(EntityKind.URL, "https://github.com/acme/ledger"),),
    )
    shell = Sighting("b", 0, application_type=Kind.TERMINAL, text=("ada@mill:~/src/ledger$ git push",))
    assert face(page).projects == face(shell).projects == {shape(fold("ledger"))}
    assert label(shell).project == "ledger"


@given(
    st.builds(
        Sighting,
        st.text(),
        st.integers(),
        text=st.lists(st.text(), max_size=5).map(tuple),
        application=st.text(),
        window_title=st.text(),
        application_type=st.sampled_from(list(Kind)),
        entities=st.lists(st.builds(Entity, st.sampled_from(list(EntityKind)), st.text()), max_size=4).map(
            tuple
        ),
    )
)
def test_anything_has_a_face(sighting):
    assert face(sighting) == face(sighting)
    assert label(sighting) == label(sighting)


BUTTONS = ("Chat", "People", "Raise", "React", "Camera", "Mic", "Share", "Leave")


@pytest.mark.parametrize(
    ("text", "work"),
    [
        (BUTTONS, Work.MEETING),
        (("Mute", "Stop Video", "Participants", "Share Screen", "End"), Work.MEETING),
        (("Chat", "Personen", "Hand heben", "Kamera", "Mikrofon", "Teilen", "Verlassen"), Work.MEETING),
        (("Lever la main", "Réagir", "Caméra", "Micro", "Partager", "Quitter"), Work.MEETING),
        (("Personas", "Levantar la mano", "Cámara", "Micrófono", "Compartir", "Salir"), Work.MEETING),
        (("Disattiva microfono", "Disattiva videocamera", "Presenta ora", "Abbandona"), Work.MEETING),
        (("Pessoas", "Reagir", "Câmara", "Microfone", "Partilhar", "Sair"), Work.MEETING),
        (("Deelnemers", "Hand opsteken", "Camera", "Microfoon", "Delen", "Verlaten"), Work.MEETING),
        (
            ("Czat Osoby", "Podnieś rękę", "Wyłącz kamerę", "Wycisz", "Udostępnij ekran", "Opuść"),
            Work.MEETING,
        ),
        (("Lidé", "Zvednout ruku", "Vypnout kameru", "Ztlumit", "Sdílet obrazovku"), Work.MEETING),
        (("Personer", "Räck upp handen", "Kamera", "Mikrofon", "Dela skärm", "Lämna"), Work.MEETING),
        (("Chat", "People", "Share", "More", "View"), Work.TALK),
        (("Audio", "Video", "Teilnehmer", "Bildschirm freigeben", "Beenden"), Work.MEETING),
        (("Disattiva audio", "Interrompi video", "Partecipanti", "Condividi schermo"), Work.MEETING),
        (("Wycisz", "Zatrzymaj wideo", "Uczestnicy", "Udostępnij ekran", "Zakończ"), Work.MEETING),
        (("Desativar som", "Parar vídeo", "Participantes", "Encerrar"), Work.MEETING),
        (("Désactiver le micro", "Présenter maintenant", "Quitter l'appel"), Work.MEETING),
        (("Turn off microphone", "Turn off camera", "Present now", "Raise hand"), Work.MEETING),
        (("Chat", "People", "Raise", "React", "View", "Mic", "Share"), Work.MEETING),
        (("Chat", "Personen", "Heben", "Reagieren", "Teilen", "Verlassen"), Work.MEETING),
        (("Chat", "Personen", "Hand opsteken", "Reageren", "Microfoon", "Delen"), Work.MEETING),
        (("Desactivar micrófono", "Desactivar cámara", "Presentar ahora", "Más opciones"), Work.MEETING),
        (("Mute", "Stop Vidco", "Partieipants 12", "5hare Screen"), Work.MEETING),
        (("Kamera", "Mikrofon", "Teilen", "Venlassen"), Work.MEETING),
        (("Turn off notifications", "Camera", "Microphone", "Screen"), Work.TALK),
        (("Share", "React", "People", "Chat"), Work.TALK),
        (("Raise", "React", "Share", "People", "Chat"), Work.TALK),
        (("10", "20", "30", "Mute", "Camera"), Work.TALK),
        (("Turn off microphone", "Turn off camera", "Turn off video"), Work.TALK),
        (("Leave group", "Video call", "Share", "Mute"), Work.TALK),
        (("Désactiver la caméra", "Désactiver le micro", "Écran", "Audio"), Work.TALK),
        (("Desactivar cámara", "Más opciones", "Micrófono", "Vídeo"), Work.TALK),
        (("Home", "Video", "People", "Chat", "React", "Comment", "Share"), Work.TALK),
        (("Reagieren", "Teilen", "Chat", "Video", "Personen"), Work.TALK),
        (("Leave", "Mute", "React", "Share", "Chat"), Work.TALK),
        (("Camera Off", "Microphone Off", "Screen"), Work.TALK),
        (("Turn off camera", "Record", "Share", "Chat"), Work.TALK),
        (("Desactivar cámara", "Desactivar micrófono", "Pantalla"), Work.TALK),
        (("Main Camera", "Screen", "Audio", "Start", "Hand"), Work.TALK),
        (("Démarrer", "Écran", "Audio", "Quitter", "Main"), Work.TALK),
        (("React", "Camera", "Video", "Audio", "Screen"), Work.TALK),
        (("Screen", "Camera", "Mic", "Record", "Reactions"), Work.TALK),
        (("Mute", "Record", "Mono", "Start", "Stop"), Work.TALK),
        (("Band", "Video", "Share", "People", "Record"), Work.TALK),
        (("can you leave the mic and the camera with the people", "share it in the chat"), Work.TALK),
        (("Ver más", "Compartir", "Grabar", "Personas", "Salir de la vista"), Work.TALK),
        (("la mano de la cámara", "el micrófono que no"), Work.TALK),
        (("Camera", "Microphone", "Screen", "Apps", "On", "Off"), Work.TALK),
        (("Kamera", "Mikrofon", "Bildschirm", "Audio", "Video", "Mehr"), Work.TALK),
        (("Caméra", "Micro", "Écran", "Conversation", "Plus"), Work.TALK),
        (("Teilen", "Stummschalten", "Verlassen", "Mehr"), Work.TALK),
        (("Mute", "Leave", "View", "More", "People"), Work.TALK),
        (("Esci", "Video", "Visualizza", "Altro"), Work.TALK),
        (("Sair", "Desligar", "Mais", "Ver", "Vídeo"), Work.TALK),
        (("Video", "Delen", "Meer", "Verlaten"), Work.TALK),
    ],
)
def test_the_buttons_of_a_call_make_a_chat_a_meeting(text, work):
    seen = Sighting(
        "s",
        0,
        application="Microsoft Teams",
        application_type=Kind.CHAT,
        window_title="Budget | Microsoft Teams",
        text=text,
    )
    assert label(seen).work is work


def test_a_page_at_an_address_is_none_of_the_files_it_mentions():
    address = Entity(EntityKind.URL, "https://cloud.example.com/compute/queries")
    file, own = Entity(EntityKind.FILE, "gaps.ipynb"), Entity(EntityKind.DOCUMENT, "Budget plan")

    def document(kind, *entities):
        shown = Sighting("a", 0, application="Any", application_type=kind, entities=entities)
        named = {name.rpartition("\n")[2] for name in face(shown).documents}
        assert named == ({fold(label(shown).document)} if label(shown).document else set())
        return label(shown).document

    assert document(Kind.WEB_BROWSER, address, file) == ""
    assert document(Kind.WEB_BROWSER, address, own) == "Budget plan"
    assert document(Kind.WEB_BROWSER, file) == "gaps.ipynb"
    assert document(Kind.UNKNOWN, address, file) == "gaps.ipynb"


def test_what_a_task_bar_names_tells_nothing_of_the_work():
    title, text = "Novel.odt - LibreOffice Writer", ("Chapter one, the harbour",)
    shown = Sighting("a", 0, window_title=title, text=text)
    named = ("Quarterly budget.xlsx - Excel", "~/ledger", "The harbour master's log - Chrome")
    assert face(shown) == face(msgspec.structs.replace(shown, taskbar=named))


def test_buttons_and_prompts_at_the_lower_edge_are_those_of_the_window():
    """A call or a shell that fills the screen has them there."""
    buttons = ("Mute", "Stop Video", "Participants", "Share Screen", "Leave")
    page = Sighting("a", 0, application_type=Kind.WEB_BROWSER, taskbar=buttons)
    assert label(page).work is Work.MEETING
    shell = Sighting("b", 0, application_type=Kind.TERMINAL, taskbar=("ada@mill:~/ledger$ make",))
    assert label(shell).project == "ledger"


def test_the_buttons_of_a_call_that_fills_the_screen_are_told():
    names = ("Mute", "Stop Video", "Participants", "Share Screen", "Leave")
    page = TextLine("Ann Lee", (40, 300, 90, 20), 0.98)
    bar = [TextLine(name, (40 + 200 * at, 1050, 120, 18), 0.98) for at, name in enumerate(names)]
    text, taskbar = parted([page, *bar], 1080)
    assert taskbar == names
    shown = Sighting("a", 0, application_type=Kind.WEB_BROWSER, text=text, taskbar=taskbar)
    assert label(shown).work is Work.MEETING
