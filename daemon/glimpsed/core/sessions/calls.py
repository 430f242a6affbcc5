"""Calls: whether the buttons of a call are on a screen.

Rules of this file: pure and total. Programs for calls write the same few words on their buttons, in the
language of whoever uses them; a title seldom says that a call is on. Pages of settings name microphones and
cameras, and any page may be left, so it takes both, and more.
"""

import re
from functools import lru_cache

from glimpsed.core.rules.folding import fold, lettered, shape, shapes

_ACTS = shapes(
    "leave|mute|unmute|end|hang|verlassen|stummschalten|aufheben|auflegen|beenden|deaktivieren|ausschalten|quitter|"
    "muet|raccrocher|désactiver|couper|salir|abandonar|silenciar|colgar|finalizar|desactivar|abbandona|esci|"
    "riaggancia|disattiva|termina|sair|desligar|desativar|encerrar|verlaten|dempen|ophangen|uitzetten|beëindigen|"
    "opuść|wycisz|rozłącz|wyłącz|zakończ|opustit|odejít|ztlumit|zavěsit|vypnout|ukončit|lämna|stäng|forlad|forlat|"
    "poistu|mykistä|ayr\u0131l"
)
"""What somebody in a call does to be heard no more, or to go."""

_DEVICES = shapes(
    "mic|microphone|camera|cámara|video|kamera|mikrofon|mikro|micro|micrófono|microfono|videocamera|fotocamera|"
    "microfone|"
    "microfoon|wideo|kamerę|kameru|kameran|mikrofonen|mikrofoni|mikrofonu"
)
_GESTURES = shapes(
    "raise|hand|react|reactions|heben|melden|reagieren|reaktionen|lever|main|réagir|réactions|levantar|mano|reaccionar|"
    "reacciones|alza|reagisci|reazioni|mão|reagir|reações|opsteken|reageren|reacties|podnieś|rękę|reaguj|zareaguj|"
    "reakcje|zvednout|ruku|reagovat|reakce|räck|reagera|reaktioner|nosta|reagoi"
)
"""What somebody does to be seen without a word."""

_TELLING = (
    _ACTS
    | _DEVICES
    | _GESTURES
    | shapes(
        "start|stop|share|screen|present|react|reactions|raise|hand|participants|people|chat|record|captions|call|"
        "rooms|teilen|reagieren|reaktionen|teilnehmer|personen|bildschirm|freigeben|präsentieren|heben|aufzeichnen|"
        "anruf|partager|écran|présenter|réagir|réactions|lever|main|personnes|converser|conversation|enregistrer|"
        "arrêter|démarrer|appel|compartir|pantalla|presentar|reaccionar|reacciones|levantar|mano|personas|"
        "participantes|grabar|detener|iniciar|llamada|condividi|schermo|presenta|reagisci|reazioni|alza|persone|"
        "partecipanti|registra|interrompi|avvia|audio|chiamata|partilhar|compartilhar|ecrã|tela|apresentar|reações|mão|"
        "pessoas|gravar|parar|som|chamada|bate-papo|delen|scherm|presenteren|reageren|reacties|opsteken|deelnemers|"
        "chatten|opnemen|stoppen|gesprek|udostępnij|ekran|zaprezentuj|reaguj|zareaguj|reakcje|podnieś|rękę|osoby|"
        "uczestnicy|czat|nagrywaj|zatrzymaj|rozmowę|sdílet|obrazovku|prezentovat|reagovat|reakce|zvednout|ruku|lidé|"
        "účastníci|nahrát|zastavit|hovor|dela|skärm|presentera|reagera|reaktioner|räck|handen|personer|deltagare|"
        "chatt|stoppa|samtalet|jaa|reagoi|nosta|henkilöt|keskustelu|paylaş|kişiler|sohbet"
    )
)
_ANY = shapes(
    "turn|on|now|more|view|apps|notes|options|opciones|optionen|opções|opzioni|opties|your|the|jetzt|mehr|weitere|ansicht|notizen|die|das|den|starten|plus|"
    "autres|affichage|maintenant|la|le|l|les|ver|vista|más|ahora|de|il|lo|altro|visualizza|ora|exibir|mais|agora|a|"
    "o|do|da|meer|weergave|nu|het|więcej|widok|teraz|wyświetl|włącz|se|více|další|zobrazit|mer|visa|av|upp|näytä|"
    "lisää"
)
"""What else is on such buttons, and on many others: it counts for nothing."""

_OFF, _MUTE = shape(fold("off")), shape(fold("mute"))
_MANY, _MORE, _BAR = 4, 5, 80
"""Words of buttons that are on the screen together, more of them where no device or nothing done is among
them; alone or in rows of at most so many letters."""

_BETWEEN = re.compile(r"[\s'\u2019]+")


def in_call(lines: tuple[str, ...]) -> bool:
    """Whether the buttons of a call are on the screen, in lines that consist of nothing else."""
    found = frozenset[str]().union(*(_buttons(line) for line in lines if len(line) <= _BAR))
    act, device, gesture = (not found.isdisjoint(words) for words in (_ACTS, _DEVICES, _GESTURES))
    return (act and device and len(found) >= _MANY) or (gesture and (act or device) and len(found) >= _MORE)


@lru_cache(maxsize=16384)
def _buttons(line: str) -> frozenset[str]:
    """The telling words of buttons that a line consists of; none if it has any other word.

    To turn a device off is an act. What is counted on a button tells nothing.
    """
    words = [word for word in _BETWEEN.split(line.strip()) if 2 * sum(map(str.isdigit, word)) < len(word)]
    plain = {shape(fold(lettered(word))) for word in words} - _ANY
    found = frozenset(plain - {"", _OFF})
    if not found <= _TELLING:
        return frozenset()
    return found | {_MUTE} if _OFF in plain and not found.isdisjoint(_DEVICES) else found
