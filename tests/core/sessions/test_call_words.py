"""Buttons of calls in the languages of those who use them, and everyday screens with some of their words."""

import pytest

from glimpsed.core.sessions.call_words import EVERY, Words
from glimpsed.core.sessions.calls import in_call


@pytest.mark.parametrize(
    "buttons",
    [
        "Mute microphone|Stop camera|Start screen sharing|Open chat|Raise your hand|Leave the meeting",
        "Stumm schalten|Kamera ausschalten|Bildschirm freigeben|Hand heben|Teilnehmer|Besprechung verlassen",
        "Couper le micro|Couper la caméra|Ouvrir la discussion|Lever la main|Participants|Quitter la réunion",
        "Silenciar|Apagar la cámara|Abrir chat|Levantar la mano|Participantes|Abandonar la reunión",
        "Poistu puhelusta|Sammuta mikrofoni|Sammuta kamera|Nosta käsi|Esitä nyt|Lisää",
        "Mykistä|Pysäytä video|Osallistujat|Keskustelu|Jaa näyttö|Reaktiot|Lopeta",
        "Slå lyden fra|Stop video|Deltagere 4|Del skærm|Reaktioner|Afslut",
        "Ræk hånden op|Reager|Kamera|Mikrofon|Del|Forlad",
        "Slå av mikrofonen|Slå av kameraet|Rekk opp hånden|Presenter nå|Forlat samtalen",
        "Demp|Stopp video|Deltakere|Del skjerm|Avslutt",
        "Zapnout se|Vypnout mikrofon|Vypnout kameru|Prezentovat|Přihlásit se|Odejít",
        "Stlmiť|Zastaviť video|Účastníci|Zdieľať obrazovku|Ukončiť",
        "Némítás|Videó leállítása|Résztvevők|Csevegés|Képernyő megosztása|Reakciók|Kilépés",
        "Csevegés|Személyek|Jelentkezés|Reagálás|Nézet|Kamera|Mik|Megosztás|Kilépés",
        "Dezactivați microfonul|Opriți camera|Participanți|Partajare ecran|Ridicați mâna|Părăsiți",
        "Sesi Kapat|Videoyu Durdur|Kat\u0131l\u0131mc\u0131lar|Ekran\u0131 Paylaş|Tepkiler|Ayr\u0131l",
        "Sohbet|Kişiler|El kald\u0131r|Tepki ver|Kamera|Mikrofon|Paylaş|Ayr\u0131l",
        "Σίγαση|Διακοπή βίντεο|Συμμετέχοντες|Κοινή χρήση οθόνης|Αντιδράσεις|Αποχώρηση",
        "Выключить звук|Остановить видео|Участники|Чат|Демонстрация экрана|Реакции|Выйти",
        "Вимкнути мікрофон|Вимкнути камеру|Підняти руку|Учасники|Чат|Вийти",
        "Zostań|Wyłącz mikrofon|Wyłącz kamerę|Prezentuj teraz|Podnieś rękę|Rozłącz",
    ],
)
def test_they_are_known_in_every_language(buttons):
    assert in_call(tuple(buttons.split("|")))


@pytest.mark.parametrize(
    "lines",
    [
        "Sun|Mon|Tue|Video|Leave|Meeting",
        "Kapat|Ekran|Kamera|Ses|Mikrofon|Diğer",
        "Lyd|Mikrofon|Kamera|Skærm|Noter|Vis|Mere",
        "Ljud|Mikrofon|Kamera|Skärm|Stäng",
        "Stäng|Dela|Chatt|Personer|Anteckningar",
        "Lopeta|Jaa|Tallenna|Näytä|Henkilöt|Kokous",
        "Bezárás|Videó|Nézet|Több|Képernyő",
        "Del|Deltagere|Møde|Chat|Vis|Op",
        "el|al|sun|del|de la|more|note",
        "Выйти|Вид|Запись|Участники|Чат",
        "Главная|Видео|Люди|Запись|Выйти",
        "Головна|Відео|Люди|Чат|Вийти",
        "Αρχική|Βίντεο|Άτομα|Εγγραφή|Έξοδος",
        "Cameră|Persoane|Ieșire|Note|Apel",
        "Kamera|Kaydet|Kapat|Paylaş",
        "Kamera|Kaydet|Başlat|Durdur",
        "Spela in|Stoppa|Video|Stäng",
        "Spill|Stopp|Video|Avslutt",
        "Kamera|Mikrofon|Slå fra|Del",
        "Kamera|Slå til|Slå fra|Stop|Optag",
        "Jaa|Video|Lopeta|Tallenna",
        "Videó|Felvétel|Megosztás|Kilépés",
        "Wideo|Osoby|Udostępnij|Wyjdź",
        "Cámara|Grabar|Detener|Apagar",
        "Gravar|Parar|Vídeo|Terminar",
    ],
)
def test_some_of_them_are_on_everyday_screens(lines):
    assert not in_call(tuple(lines.split("|")))


def test_no_word_both_tells_and_does_not():
    parts = [part for part in Words._fields if part != "beside"]
    telling = {word for words in EVERY for part in parts for word in getattr(words, part).split("|")}
    beside = {word for words in EVERY for word in words.beside.split("|")}
    assert telling.isdisjoint(beside)
    assert all(words.count("||") == 0 and words.strip("|") == words for each in EVERY for words in each)
