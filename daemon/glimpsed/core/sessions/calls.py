"""Calls: whether the buttons of a call are on a screen.

Rules of this file: pure and total. Programs for calls write the same few words on their buttons, in the
language of whoever uses them; a title seldom says that a call is on.
"""

from functools import lru_cache

from glimpsed.core.rules.folding import fold, folded

_OF_CALLS = folded(
    "leave|mute|unmute|mic|microphone|camera|video|verlassen|stummschalten|kamera|mikrofon|auflegen|quitter|muet|"
    "micro|caméra|raccrocher|salir|abandonar|silenciar|micrófono|cámara|colgar|abbandona|esci|microfono|"
    "videocamera|fotocamera|riaggancia|sair|microfone|câmara|câmera|desligar|verlaten|dempen|microfoon|ophangen|"
    "opuść|wycisz|kamerę|rozłącz|opustit|odejít|ztlumit|kameru|zavěsit|lämna|mikrofonen|kameran|forlad|forlat|"
    "poistu|mykistä|mikrofoni|ayr\u0131l|mikrofonu"
)
"""Words of buttons that few programs but those for calls have."""

_BUTTONS = _OF_CALLS | folded(
    "start|stop|share|screen|present|now|react|reactions|raise|hand|participants|people|chat|more|view|record|"
    "captions|end|call|turn|off|on|notes|rooms|apps|teilen|reagieren|reaktionen|teilnehmer|personen|bildschirm|"
    "freigeben|jetzt|präsentieren|heben|ansicht|notizen|mehr|weitere|deaktivieren|beenden|aufzeichnen|anruf|"
    "partager|écran|présenter|maintenant|réagir|réactions|lever|main|personnes|converser|conversation|affichage|"
    "enregistrer|plus|autres|désactiver|couper|arrêter|vidéo|appel|compartir|pantalla|presentar|ahora|reaccionar|"
    "reacciones|levantar|mano|personas|participantes|ver|vista|grabar|más|desactivar|detener|llamada|condividi|"
    "schermo|presenta|ora|reagisci|reazioni|alza|persone|partecipanti|visualizza|registra|altro|disattiva|"
    "interrompi|audio|chiamata|partilhar|compartilhar|ecrã|tela|apresentar|agora|reagir|reações|mão|pessoas|"
    "exibir|gravar|mais|desativar|parar|som|vídeo|chamada|bate-papo|delen|scherm|presenteren|nu|reageren|reacties|"
    "opsteken|deelnemers|chatten|weergave|opnemen|meer|uitzetten|stoppen|gesprek|udostępnij|ekran|zaprezentuj|"
    "teraz|reaguj|reakcje|podnieś|rękę|osoby|uczestnicy|czat|widok|nagrywaj|więcej|wyłącz|zatrzymaj|wideo|"
    "rozmowę|sdílet|obrazovku|prezentovat|reagovat|reakce|zvednout|ruku|lidé|účastníci|zobrazit|nahrát|více|"
    "další|vypnout|zastavit|hovor|dela|skärm|presentera|reagera|reaktioner|räck|upp|handen|personer|deltagare|"
    "chatt|visa|mer|stäng|av|stoppa|samtalet|jaa|reagoi|nosta|henkilöt|keskustelu|näytä|lisää|paylaş|kişiler|sohbet"
)
_BETWEEN = folded("la|le|l'|il|lo|de|da|do|a|à|the|your|se|het|den|die")
"""Small words on buttons, which count for nothing."""

_MANY, _BAR = 4, 80
"""Buttons that are on the screen together, alone or in rows of at most so many letters."""


def in_call(lines: tuple[str, ...]) -> bool:
    """Whether the buttons of a call are on the screen, in lines that consist of nothing else."""
    found = frozenset[str]().union(*(_buttons(line) for line in lines if len(line) <= _BAR))
    return len(found) >= _MANY and len(found & _OF_CALLS) > 1


@lru_cache(maxsize=16384)
def _buttons(line: str) -> frozenset[str]:
    """The words of buttons that a line consists of; none if it has any other word."""
    words = line.split()
    if not words or fold(words[0]) not in _BUTTONS:  # as nearly all
        return frozenset()
    found = frozenset(map(fold, words)) - _BETWEEN
    return found if found <= _BUTTONS else frozenset()
