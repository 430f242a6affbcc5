"""Calls: whether the buttons of a call are on a screen.

Rules of this file: pure and total. Programs for calls write the same few words on their buttons, in the
language of whoever uses them; a title seldom says that a call is on. Pages of settings name microphones and
cameras, and any page may be left or reacted to, so it takes what is done and a device, or raised hands and
reactions and one of both, and more.
"""

import re
from functools import lru_cache

from glimpsed.core.rules.folding import fold, lettered, shape

_LONG = 5
"""Letters of a word that may be misread: hand and band are two."""


def _key(word: str) -> str:
    """A word of a button as it is compared."""
    folded = fold(lettered(word))
    return shape(folded) if len(folded) >= _LONG else folded


def _keys(words: str) -> frozenset[str]:
    return frozenset(map(_key, words.split("|")))


_ACTS = _keys(
    "leave|mute|unmute|end|hang|verlassen|stummschalten|aufheben|auflegen|beenden|deaktivieren|"
    "ausschalten|quitter|muet|raccrocher|désactiver|couper|salir|abandonar|silenciar|colgar|finalizar|"
    "desactivar|abbandona|esci|riaggancia|disattiva|termina|sair|desligar|desativar|encerrar|verlaten|"
    "dempen|ophangen|uitzetten|beëindigen|opuść|wycisz|rozłącz|wyłącz|zakończ|opustit|odejít|ztlumit|"
    "zavěsit|vypnout|ukončit|lämna|stäng|forlad|forlat|poistu|mykistä|ayr\u0131l"
)
"""What somebody in a call does to be heard no more, or to go."""

_MICROPHONES = _keys(
    "mic|microphone|mikrofon|mikro|micro|micrófono|microfono|microfone|microfoon|mikrofonen|mikrofoni|"
    "mikrofonu"
)
_DEVICES = _MICROPHONES | _keys(
    "camera|cámara|video|kamera|videocamera|fotocamera|wideo|kamerę|kameru|kameran"
)
_RAISE = _keys("raise|heben|melden|lever|levantar|alza|levanta|opsteken|podnieś|zvednout|räck|nosta")
_REACT = _keys(
    "react|reactions|reagieren|reaktionen|réagir|réactions|reaccionar|reacciones|reagisci|reazioni|"
    "reagir|reações|reageren|reacties|reaguj|zareaguj|reakcje|reagovat|reakce|reagera|reaktioner|reagoi"
)
"""What somebody does to be seen without a word: to raise a hand, and to react."""

_CALL = _keys("call|anruf|appel|llamada|chiamata|chamada|gesprek|rozmowę|hovor|samtalet")
"""What a button begins or ends that names it."""

_TELLING = (
    _ACTS
    | _DEVICES
    | _RAISE
    | _REACT
    | _CALL
    | _keys(
        "start|stop|share|present|participants|people|chat|record|captions|rooms|teilen|teilnehmer|"
        "personen|freigeben|präsentieren|aufzeichnen|partager|présenter|personnes|converser|"
        "conversation|enregistrer|arrêter|démarrer|compartir|presentar|personas|participantes|"
        "grabar|detener|iniciar|condividi|presenta|persone|partecipanti|registra|interrompi|"
        "avvia|partilhar|compartilhar|apresentar|pessoas|gravar|parar|som|"
        "bate-papo|delen|presenteren|deelnemers|chatten|opnemen|stoppen|udostępnij|zaprezentuj|"
        "osoby|uczestnicy|czat|nagrywaj|zatrzymaj|sdílet|prezentovat|lidé|účastníci|nahrát|"
        "zastavit|dela|presentera|personer|deltagare|chatt|stoppa|jaa|henkilöt|keskustelu|"
        "paylaş|kişiler|sohbet"
    )
)
_ANY = _keys(
    "turn|off|on|now|audio|screen|bildschirm|écran|pantalla|schermo|ecrã|tela|scherm|ekran|obrazovku|skärm|"
    "hand|main|mano|mão|rękę|ruku|handen|upp|more|view|apps|notes|options|opciones|optionen|opções|"
    "opzioni|opties|your|the|jetzt|mehr|weitere|ansicht|notizen|die|das|den|starten|plus|autres|"
    "affichage|maintenant|la|le|l|les|ver|vista|más|ahora|de|il|lo|altro|visualizza|ora|exibir|mais|"
    "agora|a|o|do|da|meer|weergave|nu|het|więcej|widok|teraz|wyświetl|włącz|se|více|další|zobrazit|mer|"
    "visa|av|näytä|lisää"
)
"""What else is on such buttons, and on many others: it counts for nothing."""

_TURN, _OFF, _MUTE = _key("turn"), _key("off"), _key("mute")
_MANY, _MORE, _BAR = 4, 5, 80
"""Words of buttons that are on the screen together, more of them where no device or nothing done is among
them; alone or in rows of at most so many letters."""

_BETWEEN = re.compile(r"[\s'\u2019]+")


def in_call(lines: tuple[str, ...]) -> bool:
    """Whether the buttons of a call are on the screen, in lines that consist of nothing else.

    Devices that can be turned off are in settings, too: something else that is done in calls is beside them.
    """
    found = frozenset[str]().union(*(_buttons(line) for line in lines if len(line) <= _BAR))
    act, device, raises, reacts = (not found.isdisjoint(of) for of in (_ACTS, _DEVICES, _RAISE, _REACT))
    if act and device:
        return len(found) >= _MANY and not found <= _ACTS | _DEVICES
    return (act or device) and raises and reacts and len(found) >= _MORE


@lru_cache(maxsize=16384)
def _buttons(line: str) -> frozenset[str]:
    """The telling words of buttons that a line consists of; none if it has any other word.

    To turn a microphone off is an act. What is counted on a button tells nothing. One that begins a call with
    a device is seen by those who are in none.
    """
    words = [word for word in _BETWEEN.split(line.strip()) if 2 * sum(map(str.isdigit, word)) < len(word)]
    keys = frozenset(map(_key, words))
    found = keys - _ANY - {""}
    if not found <= _TELLING or not (found.isdisjoint(_CALL) or found.isdisjoint(_DEVICES)):
        return frozenset()
    return found | {_MUTE} if {_TURN, _OFF} <= keys and not found.isdisjoint(_MICROPHONES) else found
