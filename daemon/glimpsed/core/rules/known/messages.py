"""Mail, calendars, chat and meetings: data alone, in the notation that `application` explains."""

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

MESSAGES: tuple[Application, ...] = (
    Application(
        "Thunderbird",
        Kind.EMAIL,
        titles="Mozilla Thunderbird|Thunderbird",
        bar="Thunderbird|Thunderbird Mail",
        menu="File|Edit|View|Go|Message|Events and Tasks|Tools|Help",
        cues="Unified Folders",
        labels=(
            "Get Messages|Inbox|Drafts|Sent|Archives|Junk|Trash|Outbox|New Message|Correspondents|"
            "Address Book|Tag|Local Folders|Quick Filter|Today Pane"
        ),
        process="thunderbird",
    ),
    Application(
        "Evolution",
        Kind.EMAIL,
        menu="File|Edit|View|Message|Folder|Search|Help",
        labels="On This Computer|Search Folders|Send / Receive",
    ),
    Application("Geary", Kind.EMAIL),
    Application(
        "Apple Mail",
        Kind.EMAIL,
        titles="Apple Mail",
        bar="Mail",
        menu="File|Edit|View|Mailbox|Message|Format|Window|Help",
        labels="All Inboxes|VIPs|Flagged|Smart Mailboxes",
    ),
    Application(
        "KMail",
        Kind.EMAIL,
        titles="KMail|Kontact",
        menu="File|Edit|View|Go|Folder|Message|Tools|Settings|Help",
    ),
    Application("GNOME Calendar", Kind.CALENDAR, titles="GNOME Calendar"),
    Application(
        "Calendar",
        Kind.CALENDAR,
        bar="Calendar|Kalender|Calendrier|Calendario",
        menu="File|Edit|View|Window|Help",
    ),
    Application(
        "Slack",
        Kind.CHAT,
        menu="File|Edit|View|Go|Window|Help",
        cues="Drafts & sent|Slack Connect|Add coworkers",
        labels=(
            "Direct messages|Channels|Threads|Huddles|Drafts & sent|Activity|DMs|Later|More|Home|Apps|"
            "Add channels|Add coworkers|Starred|Files|Messages|Canvases|Canvas|Add canvas|Pins"
        ),
        process="slack",
    ),
    Application(
        "Discord",
        Kind.CHAT,
        cues="Find or start a conversation",
        labels=(
            "Friends|Nitro|Shop|Direct Messages|TEXT CHANNELS|VOICE CHANNELS|Text Channels|"
            "Voice Channels|Wumpus|Add Friend|ONLINE|OFFLINE|All|Pending|Blocked"
        ),
        process="discord",
    ),
    Application(
        "Microsoft Teams",
        Kind.CHAT,
        titles="Microsoft Teams|Teams|Microsoft Teams (work or school)",
        cues="Start a new conversation. Type @",
        labels="Activity|Chat|Teams|Calendar|Calls|Files|Apps|OneDrive|Posts|Favourites|Recent",
        process="teams",
    ),
    Application(
        "Telegram",
        Kind.CHAT,
        titles="Telegram|Telegram Desktop",
        cues="Select a chat to start messaging",
        labels=(
            "Saved Messages|Archived chats|Broadcast a message...|All chats|Gespeicherte Nachrichten|"
            "Alle Chats|Mensajes guardados|Todos los chats|Messages enregistrés|Tous les chats|"
            "Messaggi salvati|Tutte le chat|Mensagens salvas|Todos os chats|Opgeslagen berichten|Alle chats|"
            "Zapisane wiadomości|Wszystkie czaty|Sparade meddelanden|Alla chattar"
        ),
        process="telegram",
    ),
    Application(
        "WhatsApp",
        Kind.CHAT,
        titles="WhatsApp|WhatsApp Web|WhatsApp Desktop",
        cues=(
            "Search or start a new chat|Search or start new chat|end-to-end encrypted. No one outside|"
            "Suche oder beginne einen neuen Chat|Suchen oder neuen Chat beginnen|"
            "Rechercher ou démarrer une discussion|Busca un chat o inicia uno nuevo|"
            "Buscar un chat o iniciar uno nuevo|Cerca o inizia una nuova chat|"
            "Pesquisar ou começar uma nova conversa|Zoek of begin een nieuwe chat|"
            "Szukaj lub rozpocznij nowy czat|Hledat nebo začít nový chat|Sök eller starta ny chatt"
        ),
        labels="Unread|Favourites|Groups|Status|Communities|Type a message",
        process="whatsapp",
    ),
    Application(
        "Signal", Kind.CHAT, menu="File|Edit|View|Window|Help", cues="Welcome to Signal|Signal message"
    ),
    Application(
        "Element",
        Kind.CHAT,
        cues="Send an encrypted message",
        labels="People|Rooms|Low priority|Historical|Spaces",
    ),
    Application(
        "Mattermost",
        Kind.CHAT,
        form=r"^(?P<document>.{1,120}?) [-\u2013\u2014] .{1,60} Mattermost$",
        labels="Find channel|Invite Members|Town Square|Off-Topic|DIRECT MESSAGES|CHANNELS|Threads",
    ),
    Application("Rocket.Chat", Kind.CHAT),
    Application("Zulip", Kind.CHAT, labels="Inbox|Recent conversations|Combined feed|Mentions|VIEWS"),
    Application(
        "Messages",
        Kind.CHAT,
        bar="Messages|Nachrichten|Mensajes|Messaggi",
        menu="File|Edit|View|Conversation|Window|Help",
    ),
    Application("Skype", Kind.CHAT),
    Application(
        "Zoom",
        Kind.VIDEO_CONFERENCE,
        titles="Zoom Meeting|Zoom Workplace|Zoom|Zoom Webinar",
        bar="zoom.us",
        cues="New Meeting Join",
        labels=(
            "Mute|Unmute|Start Video|Stop Video|Participants|Reactions|Record|Share Screen|Security|"
            "Leave|End|Chat|Whiteboards"
        ),
    ),
    Application("Webex", Kind.VIDEO_CONFERENCE, titles="Webex|Cisco Webex Meetings"),
    Application("Jitsi Meet", Kind.VIDEO_CONFERENCE),
)
