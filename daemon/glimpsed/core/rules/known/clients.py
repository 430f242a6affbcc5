"""What programs for mail and chat list at their side, whoever made them: data alone.

Each text is one place by all its names, in the languages of those who use them. Some are everyday words, so
only several in one column tell anything.
"""

INBOX = (
    "Inbox|All Inboxes|Unified Inbox|Posteingang|Eingang|Alle Eingänge|Alle Posteingänge|"
    "Boîte de réception|Courrier entrant|Bandeja de entrada|Recibidos|Posta in arrivo|In arrivo|"
    "Caixa de Entrada|A Receber|Postvak IN|Skrzynka odbiorcza|Odebrane|Inkorg|Inkorgen|Indbakke|"
    "Innboks|Saapuneet|Doručená pošta|Doručené|Beérkezett üzenetek|Gelen Kutusu|Входящие|"
    "Ulazna pošta|Pristigla pošta|Mesaje primite|Saabunud kirjad|Postkast|Iesūtne|"
    "Gauti laiškai|Safata d'entrada"
)
SENT = (
    "Sent|Sent Items|Sent Mail|Sent Messages|Gesendet|Gesendete Elemente|Gesendete Objekte|"
    "Éléments envoyés|Envoyés|Messages envoyés|Elementos enviados|Enviados|Posta inviata|Inviati|Inviata|"
    "Itens Enviados|Verzonden|Verzonden items|Elementy wysłane|Wysłane|Skickat|Sendt|Sendt post|"
    "Sendte elementer|Lähetetyt|Odeslaná pošta|Odeslané|Elküldött elemek|Gönderilmiş Öğeler|Отправленные|"
    "Poslano|Odoslaná pošta|Odoslané|Mesaje trimise|Trimise|Elküldött|Saadetud|Nosūtītās|Nosūtīts|"
    "Išsiųsti laiškai|Išsiųstieji|Enviats|Απεσταλμένα|Надіслані"
)
_DRAFTS = (
    "Drafts|Entwürfe|Brouillons|Borradores|Bozze|Rascunhos|Concepten|Wersje robocze|Szkice|Utkast|"
    "Kladder|Kladd|Luonnokset|Koncepty|Rozepsané|Piszkozatok|Taslaklar|Черновики|Osnutki|Skice|Ciorne|"
    "Mustandid|Melnraksti|Juodraščiai|Esborranys|Πρόχειρα|Чернетки"
)
_DELETED = (
    "Deleted Items|Trash|Gelöschte Elemente|Gelöscht|Papierkorb|Éléments supprimés|Corbeille|"
    "Elementos eliminados|Papelera|Posta eliminata|Cestino|Itens Eliminados|Itens Excluídos|Lixo|Lixeira|"
    "Verwijderde items|Prullenbak|Elementy usunięte|Kosz|Borttaget|Papperskorgen|Papperskorg|Slettet post|"
    "Slettede elementer|Poistetut|Odstraněná pošta|Koš|Kôš|Smeti|Otpad|Izbrisano|Gunoi|Elemente șterse|Kuka|"
    "Prügikast|Atkritne|Šiukšliadėžė|Paperera|Διαγραμμένα|Кошик"
)
_JUNK = (
    "Junk|Junk Email|Junk-E-Mail|Courrier indésirable|Indésirables|"
    "Correo no deseado|Posta indesiderata|Indesiderata|Lixo Eletrónico|Ongewenste e-mail|"
    "Ongewenst|Wiadomości-śmieci|Niechciane|Skräppost|Søppelpost|Uønsket mail|Roskaposti|Nevyžádaná pošta|"
    "Neželena pošta|Nezaželena pošta|Nevyžiadaná pošta|Rämpspost|Mēstules|Brukalas"
)
OUTBOX = (
    "Outbox|Postausgang|Boîte d'envoi|Bandeja de salida|Posta in uscita|Caixa de Saída|"
    "Postvak UIT|Skrzynka nadawcza|Utkorg|Utkorgen|Udbakke|Utboks|Lähtevät|Pošta k odeslání"
)
MAILBOXES = (INBOX, SENT, _DRAFTS, _DELETED, _JUNK, OUTBOX)

CHATS = (
    "Chats|Chat|Discussions|Conversation|Conversas|Czaty|Czat|Chattar|Chatter|Chatt|Keskustelut|"
    "Keskustelu|Chaty|Csevegés|Sohbetler|Sohbet|Чаты|Чат|Klepeti|Conversații|Vestlused|"
    "Čati|Čety|Konverzácie|Xats|Συνομιλίες|Чати"
)
_CALLS = (
    "Calls|Anrufe|Appels|Llamadas|Chiamate|Chamadas|Ligações|Oproepen|Połączenia|Samtal|Opkald|Anrop|"
    "Gesprekken|Puhelut|Hovory|Hívások|Aramalar|Звонки|Rozmowy|Klici|Pozivi|Apeluri|Kõned|Zvani|Skambučiai|"
    "Trucades|Κλήσεις|Виклики|Дзвінки"
)
_STATUS = (
    "Status|Updates|Statuts|Statusy|Aktuelles|Statut|Actus|Estado|Estados|Novedades|Stato|Aggiornamenti|Novidades|"
    "Atualizações|Aktualności|Uppdateringar|Opdateringer|Oppdateringer|Tila|Stav|Novinky|Durum|Posodobitve|"
    "Novosti|Noutăți|Staatus|Uuendused|Statuss|Jaunumi|Būsena|Naujienos|Novetats|Ενημερώσεις|Статус|Оновлення"
)
_CHANNELS = (
    "Channels|Kanäle|Chaînes|Canales|Canali|Canais|Kanalen|Kanały|Kanaler|Kanavat|Kanály|Kanallar|Kanali|"
    "Canale|Kanalid|Kanāli|Kanalai|Canals|Κανάλια|Канали"
)
_COMMUNITIES = (
    "Communities|Communitys|Communautés|Comunidades|Community|Społeczności|Communityn|"
    "Fællesskaber|Yhteisöt|Komunity|Topluluklar|Skupnosti|Zajednice|Comunități|Kogukonnad|Kopienas|"
    "Bendruomenės|Comunitats|Κοινότητες|Спільноти"
)
_ARCHIVED = (
    "Archived|Archived chats|Archiviert|Archivées|Archivados|Archiviate|Arquivadas|Gearchiveerd|"
    "Zarchiwizowane|Arkiverade|Arkiverede|Arkiverte|Arkistoidut|Archivované|Arşivlenmiş|Arhivirano|Arhivate|"
    "Arhiivitud|Arhivēts|Archyvuoti|Αρχειοθετημένα|Архівовані"
)
_STARRED = (
    "Starred|Starred messages|Mit Stern markiert|Messages importants|Destacados|Mensajes destacados|"
    "Messaggi importanti|Mensagens favoritas|Mensagens com estrela|Berichten met ster|Oznaczone gwiazdką|"
    "Stjärnmärkta|Stjernemarkerede|S hvězdičkou"
)
_ACTIVITY = (
    "Activity|Aktivität|Activité|Actividad|Attività|Atividade|Activiteit|Aktywność|Aktivitet|"
    "Aktiviteetti|Aktivita|Tevékenység|Etkinlik|Действия"
)
_TEAMS = "Teams|Équipes|Equipos|Team|Equipes|Equipas|Zespoły|Tiimit|Týmy|Csapatok|Ekipler|Команды"
_CALENDAR = (
    "Calendar|Kalender|Calendrier|Calendario|Calendário|Agenda|Kalendarz|Kalenteri|Kalendář|Naptár|"
    "Takvim|Календарь"
)
_FILES = (
    "Files|Dateien|Fichiers|Archivos|File|Arquivos|Ficheiros|Bestanden|Pliki|Filer|Tiedostot|Soubory|"
    "Fájlok|Dosyalar|Файлы"
)
_DIRECT = (
    "Direct messages|Direktnachrichten|Messages directs|Mensajes directos|Messaggi diretti|"
    "Mensagens diretas|Mensagens directas|Directe berichten|Wiadomości bezpośrednie|Direktmeddelanden|"
    "Direkte beskeder|Direkte meldinger|Suorat viestit|Yksityisviestit|Přímé zprávy|Közvetlen üzenetek|"
    "Doğrudan mesajlar|Direkt mesajlar|Личные сообщения"
)
_TEAM_CHANNELS = f"{_CHANNELS}|Text channels|Canaux|Csatornák|Каналы"
_THREADS = (
    "Threads|Unterhaltungen|Fils de discussion|Hilos|Discussioni|Conversas|Discussies|Wątki|Trådar|"
    "Tråde|Tråder|Ketjut|Vlákna|Szálak|İleti dizileri|Обсуждения"
)
_FIND_CHANNEL = (
    "Find channel|Kanal finden|Rechercher un canal|Encontrar canal|Kanaal zoeken|Vind kanaal|Znajdź kanał|"
    "Hitta kanal|Trova canale"
)
_ROOMS = "Rooms|Räume|Salons|Salas|Stanze|Kamers|Pokoje|Rum|Huoneet|Místnosti|Szobák|Odalar|Комнаты"
_PEOPLE = (
    "People|Personen|Personnes|Personas|Persone|Pessoas|Ludzie|Personer|Ihmiset|Lidé|Emberek|Kişiler|Люди"
)
_LOW_PRIORITY = (
    "Low priority|Niedrige Priorität|Priorité basse|Prioridad baja|Bassa priorità|Baixa prioridade|"
    "Lage prioriteit|Niski priorytet|Låg prioritet|Matala prioriteetti|Nízká priorita|Alacsony prioritás"
)
CHAT_LISTS = (
    ((CHATS,), (_CALLS, _STATUS, _CHANNELS, _COMMUNITIES, _ARCHIVED, _STARRED), 4),
    ((CHATS, _CALLS, _ACTIVITY), (_TEAMS, _CALENDAR, _FILES), 4),
    ((_DIRECT, _TEAM_CHANNELS), (_THREADS, _FIND_CHANNEL), 3),
    ((_ROOMS, _PEOPLE, _LOW_PRIORITY), (), 3),
)
"""What programs list: the places that are always there, others, and how many of both tell that it is one."""
