"""Office suites, notes and plans: data alone, in the notation that `application` explains."""

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

OFFICE: tuple[Application, ...] = (
    Application(
        "LibreOffice Calc",
        Kind.SPREADSHEET,
        titles="LibreOffice Calc|OpenOffice Calc",
        menu="File|Edit|View|Insert|Format|Styles|Sheet|Data|Tools|Window|Help",
        cues="PageStyle_Sheet|Average: ; Sum:",
        labels="Sheet 1 of 1|Sheet 1 of 2|Sheet 2 of 2|Sheet1",
    ),
    Application(
        "LibreOffice Writer",
        Kind.WORD_PROCESSOR,
        titles="LibreOffice Writer|OpenOffice Writer",
        menu="File|Edit|View|Insert|Format|Styles|Table|Form|Tools|Window|Help",
        cues="Default Page Style|Default Paragraph Style|0 words, 0 characters",
        labels="Page 1 of 1|Page 1 of 2|Liberation Serif",
    ),
    Application(
        "LibreOffice Impress",
        Kind.PRESENTATION,
        titles="LibreOffice Impress|OpenOffice Impress",
        menu="File|Edit|View|Insert|Format|Slide|Slide Show|Tools|Window|Help",
        cues="Master Slide",
        labels="Click to add Title|Click to add Text|Slide 1 of 1|Slides|Slide 1|Layouts",
    ),
    Application(
        "LibreOffice Draw",
        Kind.DESIGN,
        titles="LibreOffice Draw|OpenOffice Draw",
        menu="File|Edit|View|Insert|Format|Page|Shape|Tools|Window|Help",
        labels="Page 1 of 1|Pages",
    ),
    Application(
        "LibreOffice Base",
        Kind.DATABASE_CLIENT,
        titles="LibreOffice Base|OpenOffice Base",
        cues="Create Table in Design View|Use Wizard to Create",
    ),
    Application("LibreOffice Math", Kind.WORD_PROCESSOR, titles="LibreOffice Math"),
    Application(
        "LibreOffice",
        Kind.OTHER,
        titles="LibreOffice|LibreOffice Start Center",
        labels="Remote Files|Recent Documents|Writer Document|Calc Spreadsheet|Impress Presentation",
    ),
    Application(
        "Microsoft Excel",
        Kind.SPREADSHEET,
        titles="Excel|Microsoft Excel",
        menu="File|Home|Insert|Draw|Page Layout|Formulas|Data|Review|View|Automate|Help",
        cues="Accessibility: Good to go|Accessibility: Investigate",
        labels=("Ready|Conditional Formatting|Sort & Filter|AutoSum|Normal|Sheet1|Wrap Text|Merge & Center"),
        process="excel",
    ),
    Application(
        "Microsoft Word",
        Kind.WORD_PROCESSOR,
        titles="Word|Microsoft Word",
        menu="File|Home|Insert|Draw|Design|Layout|References|Mailings|Review|View|Help",
        labels="Page 1 of 1|No Spacing|Heading 1|Dictate|Editor|Styles|Text Predictions: On|Focus",
    ),
    Application(
        "Microsoft PowerPoint",
        Kind.PRESENTATION,
        titles="PowerPoint|Microsoft PowerPoint",
        menu="File|Home|Insert|Draw|Design|Transitions|Animations|Slide Show|Record|Review|View|Help",
        cues="Click to add subtitle|Click to add notes",
        labels="Slide 1 of 1|Click to add title|Notes|New Slide|Designer|Reuse Slides",
    ),
    Application(
        "Microsoft Outlook",
        Kind.EMAIL,
        titles=(
            "Outlook|Microsoft Outlook|Message (HTML)|Message (Plain Text)|Nachricht (HTML)|"
            "Nachricht (Nur-Text)|Message (Texte brut)|Mensaje (HTML)|Messaggio (HTML)|Mensagem (HTML)|"
            "Meddelande (HTML)|Meddelelse (HTML)|Wiadomość (HTML)|Zpráva (HTML)|Viesti (HTML)|"
            "Melding (HTML)|Správa (HTML)|Üzenet (HTML)|Mesaj (HTML)|İleti (HTML)|"
            "Μήνυμα (HTML)|Сообщение (HTML)|Повідомлення (HTML)"
        ),
        menu="File|Home|Send / Receive|Folder|View|Help",
        cues="This folder is up to date|All folders are up to date|Search Current Mailbox",
        labels="Focused|Other|Drafts|Sent Items|Deleted Items|Junk Email|Archive|New Email|New mail",
    ),
    Application(
        "Microsoft OneNote",
        Kind.NOTES,
        titles="OneNote|Microsoft OneNote|OneNote for Windows 10",
        menu="File|Home|Insert|Draw|History|Review|View|Help",
        labels="Add Page|Quick Notes|Add page",
    ),
    Application("Microsoft Access", Kind.DATABASE_CLIENT, titles="Access|Microsoft Access"),
    Application("OnlyOffice", Kind.WORD_PROCESSOR, titles="ONLYOFFICE|ONLYOFFICE Desktop Editors"),
    Application("Pages", Kind.WORD_PROCESSOR, menu="File|Edit|Insert|Format|Arrange|View|Window|Help"),
    Application(
        "Numbers", Kind.SPREADSHEET, menu="File|Edit|Insert|Table|Organize|Format|Arrange|View|Window|Help"
    ),
    Application(
        "Keynote", Kind.PRESENTATION, menu="File|Edit|Insert|Slide|Format|Arrange|View|Play|Window|Help"
    ),
    Application(
        "Obsidian",
        Kind.NOTES,
        cues="Open another vault|No backlinks found",
        labels="backlinks|Graph view|Linked mentions|Outgoing links",
    ),
    Application(
        "Notion",
        Kind.NOTES,
        labels=("Teamspaces|Private|Settings & members|New page|Shared|Favorites|Add a page|Templates|Inbox"),
    ),
    Application(
        "Joplin",
        Kind.NOTES,
        menu="File|Edit|View|Go|Note|Tools|Help",
        labels="NOTEBOOKS|TAGS|Synchronise|New note|New to-do",
    ),
    Application("Evernote", Kind.NOTES),
    Application(
        "Notes",
        Kind.NOTES,
        titles="Notes|Sticky Notes",
        bar="Notes|Notizen|Notas",
        menu="File|Edit|Format|View|Window|Help",
    ),
    Application("Logseq", Kind.NOTES),
    Application(
        "Anki",
        Kind.OTHER,
        menu="File|Edit|View|Tools|Help",
        labels="Decks|Browse|Stats|Get Shared|Create Deck",
    ),
    Application(
        "Microsoft To Do", Kind.PROJECT_MANAGEMENT, labels="My Day|Important|Planned|Assigned to me|Tasks"
    ),
)
