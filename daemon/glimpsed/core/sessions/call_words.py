"""What programs for calls write on their buttons, by language: data alone; `calls` says what it tells.

Words of Teams, Zoom, Meet, Webex, Jitsi and what draws like them, apart at their spaces and apostrophes.
"""

from typing import NamedTuple


class Words(NamedTuple):
    """The words of one language, separated by `|`."""

    acts: str
    """What somebody in a call does to be heard or seen no more, or to go."""
    ends: str
    """The same, where it is written on many other buttons: to close, to log out, to stop."""
    microphones: str
    cameras: str
    raises: str
    """To raise a hand."""
    reacts: str
    call: str
    """What a button begins or ends that names it."""
    more: str
    """What else buttons of calls do and show."""
    beside: str
    """What else is written on them, and on many others."""


ENGLISH = Words(
    acts="leave|mute|unmute|end|hang",
    ends="",
    microphones="mic|microphone",
    cameras="camera|video",
    raises="raise",
    reacts="react|reactions",
    call="call",
    more="start|stop|share|present|participants|people|chat|record|captions|rooms",
    beside=(
        "turn|off|on|now|audio|screen|hand|up|more|view|apps|notes|options|your|the|open|sharing|tile|toggle|"
        "meeting"
    ),
)
GERMAN = Words(
    acts="verlassen|stummschalten|aufheben|auflegen|beenden|deaktivieren|ausschalten",
    ends="",
    microphones="mikrofon|mikro",
    cameras="kamera|video",
    raises="heben|melden",
    reacts="reagieren|reaktionen",
    call="anruf",
    more="teilen|freigeben|präsentieren|aufzeichnen|teilnehmer|personen|chat",
    beside=(
        "jetzt|mehr|weitere|ansicht|notizen|optionen|bildschirm|hand|die|das|den|starten|öffnen|besprechung|"
        "meeting|audio"
    ),
)
FRENCH = Words(
    acts="quitter|muet|raccrocher|désactiver|couper",
    ends="terminer",
    microphones="micro|microphone",
    cameras="caméra|vidéo",
    raises="lever",
    reacts="réagir|réactions",
    call="appel",
    more=(
        "partager|présenter|personnes|participants|converser|conversation|enregistrer|arrêter|démarrer|"
        "discussion"
    ),
    beside=(
        "la|le|l|les|plus|autres|affichage|maintenant|écran|main|ouvrir|réunion|son|audio|notes|options|vue|de"
    ),
)
SPANISH = Words(
    acts="salir|abandonar|silenciar|colgar|finalizar|desactivar",
    ends="apagar",
    microphones="micrófono|micro",
    cameras="cámara|vídeo",
    raises="levantar|levanta",
    reacts="reaccionar|reacciones",
    call="llamada",
    more="compartir|presentar|personas|participantes|grabar|detener|iniciar|chat",
    beside="la|el|de|mano|más|ahora|ver|vista|opciones|pantalla|abrir|reunión|audio|notas|activar",
)
ITALIAN = Words(
    acts="abbandona|esci|riaggancia|disattiva|termina|silenzia",
    ends="muto",
    microphones="microfono|micro",
    cameras="videocamera|fotocamera|video",
    raises="alza",
    reacts="reagisci|reazioni",
    call="chiamata",
    more="condividi|presenta|persone|partecipanti|registra|interrompi|avvia|chat",
    beside="il|lo|la|l|mano|altro|visualizza|ora|opzioni|schermo|apri|riunione|audio|note|attiva|dalla",
)
PORTUGUESE = Words(
    acts="sair|desligar|desativar|encerrar|silenciar",
    ends="terminar",
    microphones="microfone|micro",
    cameras="câmera|câmara|vídeo",
    raises="levantar",
    reacts="reagir|reações",
    call="chamada",
    more=(
        "partilhar|compartilhar|apresentar|pessoas|participantes|gravar|parar|iniciar|som|chat|bate-papo|"
        "conversa"
    ),
    beside=(
        "a|o|do|da|mão|mais|agora|ver|vista|exibir|opções|ecrã|tela|abrir|reunião|áudio|notas|ativar|mudo"
    ),
)
DUTCH = Words(
    acts="verlaten|dempen|ophangen|uitzetten|beëindigen",
    ends="uitschakelen",
    microphones="microfoon",
    cameras="camera|video",
    raises="opsteken",
    reacts="reageren|reacties",
    call="gesprek",
    more="delen|presenteren|personen|deelnemers|chat|chatten|opnemen|stoppen",
    beside="het|de|hand|meer|weergave|nu|opties|scherm|starten|openen|vergadering|geluid|audio|notities",
)
POLISH = Words(
    acts="opuść|wycisz|rozłącz|wyłącz|zakończ",
    ends="wyjdź",
    microphones="mikrofon",
    cameras="kamera|kamerę|wideo",
    raises="podnieś",
    reacts="reaguj|zareaguj|reakcje",
    call="rozmowę",
    more="udostępnij|zaprezentuj|prezentuj|osoby|uczestnicy|czat|nagrywaj|zatrzymaj",
    beside="się|rękę|więcej|widok|teraz|wyświetl|włącz|ekran|otwórz|spotkanie|opcje|dźwięk|notatki",
)
CZECH = Words(
    acts="opustit|odejít|ztlumit|zavěsit|vypnout|ukončit",
    ends="",
    microphones="mikrofon",
    cameras="kamera|kameru|video",
    raises="zvednout|přihlásit",
    reacts="reagovat|reakce",
    call="hovor",
    more="sdílet|prezentovat|lidé|účastníci|chat|nahrát|nahrávat|zastavit",
    beside="se|ruku|více|další|zobrazit|zobrazení|obrazovku|otevřít|schůzku|zvuk|poznámky",
)
SLOVAK = Words(
    acts="opustiť|odísť|stlmiť|zavesiť",
    ends="vypnúť|ukončiť",
    microphones="mikrofón",
    cameras="kamera|kameru|video",
    raises="zdvihnúť|prihlásiť",
    reacts="reagovať|reakcie",
    call="hovor",
    more="zdieľať|prezentovať|ľudia|účastníci|chat|četovať|nahrávať|zastaviť",
    beside="sa|ruku|viac|ďalšie|zobraziť|zobrazenie|obrazovku|otvoriť|schôdzu|zvuk|poznámky",
)
SWEDISH = Words(
    acts="lämna",
    ends="stäng|avsluta",
    microphones="mikrofon|mikrofonen|mik",
    cameras="kamera|kameran|video",
    raises="räck",
    reacts="reagera|reaktioner",
    call="samtalet",
    more="dela|presentera|personer|deltagare|chatt|stoppa",
    beside="upp|av|på|in|handen|mer|visa|vy|nu|skärm|skärmen|öppna|mötet|ljud|ljudet|anteckningar",
)
DANISH = Words(
    acts="forlad",
    ends="afslut",
    microphones="mikrofon|mikrofonen|mik",
    cameras="kamera|kameraet|video",
    raises="ræk|løft",
    reacts="reager|reaktioner",
    call="opkald|opkaldet",
    more="del|præsenter|personer|deltagere|chat|stop|optag",
    beside="op|slå|fra|til|hånd|hånden|mere|flere|vis|visning|nu|skærm|skærmen|åbn|mødet|lyd|lyden|noter",
)
NORWEGIAN = Words(
    acts="forlat|demp",
    ends="avslutt",
    microphones="mikrofon|mikrofonen|mik",
    cameras="kamera|kameraet|video",
    raises="rekk|løft",
    reacts="reager|reaksjoner",
    call="samtalen|anropet",
    more="del|presenter|personer|deltakere|chat|stopp",
    beside="opp|slå|av|på|inn|hånd|hånden|mer|vis|visning|nå|skjerm|skjermen|åpne|møtet|lyd|lyden|notater",
)
FINNISH = Words(
    acts="poistu|mykistä",
    ends="sammuta|lopeta|pysäytä",
    microphones="mikrofoni|mikki",
    cameras="kamera|video",
    raises="nosta|viittaa",
    reacts="reagoi|reaktiot",
    call="puhelu|puhelusta",
    more="jaa|esitä|henkilöt|ihmiset|osallistujat|keskustelu|käynnistä",
    beside="käsi|lisää|näytä|näkymä|näyttö|nyt|avaa|kokouksesta|kokous|ääni|sisältöä|poista|mykistys",
)
HUNGARIAN = Words(
    acts="elnémítás|némítás",
    ends="kilépés|kikapcsolása|leállítása|befejezése|elhagyása",
    microphones="mikrofon|mik",
    cameras="kamera|videó",
    raises="felemelése|jelentkezés",
    reacts="reagálás|reakciók|reakció",
    call="hívás",
    more="megosztás|megosztása|személyek|résztvevők|csevegés|felvétel|bemutatás",
    beside="kéz|egyebek|továbbiak|több|nézet|most|képernyő|megnyitása|értekezlet|megbeszélés|jegyzetek",
)
ROMANIAN = Words(
    acts="părăsiți|părăsește",
    ends="ieșire|ieși|dezactivați|dezactivează|opriți|oprește|încheie",
    microphones="microfon|microfonul",
    cameras="cameră|camera|video",
    raises="ridicați|ridică",
    reacts="reacții|reacționați|reacționează",
    call="apelul|apel",
    more="partajați|partajează|partajare|prezintă|prezentați|persoane|participanți|chat|înregistrare",
    beside="mâna|mai|multe|vizualizare|acum|ecran|ecranul|deschide|întâlnirea|sunet|sunetul|note",
)
TURKISH = Words(
    acts="ayr\u0131l|sessize",
    ends="kapat|bitir|durdur",
    microphones="mikrofon|mikrofonu",
    cameras="kamera|kameray\u0131|videoyu",
    raises="kald\u0131r",
    reacts="tepki|tepkiler|ifadeler",
    call="arama|aramay\u0131|görüşmeyi",
    more="paylaş|sun|kişiler|kat\u0131l\u0131mc\u0131lar|sohbet|başlat",
    beside="el|elini|sesi|al|aç|ver|diğer|görünüm|şimdi|ekran|ekran\u0131|toplant\u0131dan|toplant\u0131y\u0131|notlar",
)
GREEK = Words(
    acts="αποχώρηση|σίγαση",
    ends="διακοπή|τερματισμός|απενεργοποίηση|έξοδος",
    microphones="μικρόφωνο|μικροφώνου",
    cameras="κάμερα|κάμερας|βίντεο",
    raises="σηκώστε|σήκωμα|ανασήκωμα",
    reacts="αντίδραση|αντιδράσεις",
    call="κλήση|κλήσης",
    more="κοινοποίηση|παρουσίαση|άτομα|συμμετέχοντες|συνομιλία|συζήτηση",
    beside="το|της|χέρι|χεριού|περισσότερα|προβολή|τώρα|οθόνη|οθόνης|κοινή|χρήση|ήχος|ήχου|σημειώσεις",
)
RUSSIAN = Words(
    acts="покинуть",
    ends="выйти|выключить|отключить|завершить|остановить",
    microphones="микрофон",
    cameras="камера|камеру|видео",
    raises="поднять",
    reacts="реакции|реакция|отреагировать|реагировать",
    call="звонок|вызов",
    more="поделиться|демонстрация|участники|люди|чат",
    beside="руку|еще|вид|сейчас|экран|экрана|открыть|собрание|конференцию|звук|заметки",
)
UKRAINIAN = Words(
    acts="залишити",
    ends="вийти|вимкнути|завершити|зупинити",
    microphones="мікрофон",
    cameras="камера|камеру|відео",
    raises="підняти",
    reacts="реакції|реакція|реагувати",
    call="дзвінок|виклик",
    more="поділитися|демонстрація|учасники|люди|чат",
    beside="руку|ще|більше|вигляд|перегляд|зараз|екран|екрана|відкрити|нараду|зустріч|звук|нотатки",
)
EVERY = (
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    ITALIAN,
    PORTUGUESE,
    DUTCH,
    POLISH,
    CZECH,
    SLOVAK,
    SWEDISH,
    DANISH,
    NORWEGIAN,
    FINNISH,
    HUNGARIAN,
    ROMANIAN,
    TURKISH,
    GREEK,
    RUSSIAN,
    UKRAINIAN,
)
