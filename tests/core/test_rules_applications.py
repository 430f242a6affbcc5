"""Which application is in front: one row a screen."""

import pytest

from glimpsed.core.rules import describe
from screen_layouts import (
    CALC_MENU,
    CODE,
    CODE_MENU,
    HEIGHT,
    PROSE,
    WIDTH,
    WRITER_MENU,
    column,
    grid,
    line,
    menu,
    row,
    screen,
)  # fmt: skip

FILES = column(8, 120, "Home", "Desktop", "Documents", "Downloads", "Pictures")

SCREENS = {
    "calc, title and menu": (
        [line("budget.ods — LibreOffice Calc", 24, 4), menu(CALC_MENU), grid()],
        ("LibreOffice Calc", "spreadsheet", "data_analysis"),
    ),
    "calc, title without spaces, letters taken for others": (
        [line("budget.xIsx—Libre0fficeCa1c", 24, 4), grid()],
        ("LibreOffice Calc", "spreadsheet", "data_analysis"),
    ),
    "calc, no title at all": (
        [menu(CALC_MENU, y=6), grid(), row(760, "Sheet 1 of 3", "PageStyle_Sheet1", "Average: ; Sum: 0")],
        ("LibreOffice Calc", "spreadsheet", "data_analysis"),
    ),
    "calc, menu read as three pieces": (
        [row(6, "File EditView Insert", "FormatStylesSheet Data", "Tools WindowHelp"), grid()],
        ("LibreOffice Calc", "spreadsheet", "data_analysis"),
    ),
    "writer, menu differs from calc's in two words": (
        [menu(WRITER_MENU, y=6), PROSE, row(760, "Page 1 of 2", "87 words, 498 characters")],
        ("LibreOffice Writer", "word_processor", "writing"),
    ),
    "impress, title": (
        [line("kickoff.odp - LibreOffice Impress", 24, 4), line("Click to add Title", 400, 300)],
        ("LibreOffice Impress", "presentation", "writing"),
    ),
    "draw, title": (
        [line("plan.odg - LibreOffice Draw", 24, 4)],
        ("LibreOffice Draw", "design", "designing"),
    ),
    "a spreadsheet whose application is not visible": ([grid()], ("", "spreadsheet", "data_analysis")),
    "excel, ribbon": (
        [
            line("Orders.xlsx - Saved - Excel", 500, 6),
            menu("File|Home|Insert|Draw|Page Layout|Formulas|Data|Review|View|Help", y=34),
            grid(),
        ],
        ("Microsoft Excel", "spreadsheet", "data_analysis"),
    ),
    "excel, ribbon without title": (
        [
            menu("File|Home|Insert|Draw|Page Layout|Formulas|Data|Review|View|Help", y=34),
            grid(),
            row(770, "Ready", "Accessibility: Good to go"),
        ],
        ("Microsoft Excel", "spreadsheet", "data_analysis"),
    ),
    "word, title": (
        [line("Minutes.docx - Compatibility Mode - Word", 480, 6), PROSE],
        ("Microsoft Word", "word_processor", "writing"),
    ),
    "word, ribbon without title": (
        [menu("File|Home|Insert|Draw|Design|Layout|References|Mailings|Review|View|Help"), PROSE],
        ("Microsoft Word", "word_processor", "writing"),
    ),
    "powerpoint, title": (
        [line("Pitch.pptx - PowerPoint", 500, 6), line("Click to add title", 500, 300)],
        ("Microsoft PowerPoint", "presentation", "writing"),
    ),
    "code, title": (
        [line("● orders.py - shop - Visual Studio Code", 420, 4), menu(CODE_MENU), CODE],
        ("Visual Studio Code", "code_editor", "coding"),
    ),
    "code, menu cut off, marks in the status bar": (
        [
            row(6, "File", "Edit", "Selection", "View", "Go"),
            line("orders.py", 120, 60),
            CODE,
            row(770, "Ln 4, Col 1", "Spaces: 4", "UTF-8", "LF"),
        ],
        ("Visual Studio Code", "code_editor", "coding"),
    ),
    "code, panel only": (
        [CODE, row(600, "PROBLEMS", "OUTPUT", "DEBUG CONSOLE", "TERMINAL", "PORTS")],
        ("Visual Studio Code", "code_editor", "coding"),
    ),
    "code with a terminal inside": (
        [
            menu(CODE_MENU, y=6),
            CODE,
            row(600, "PROBLEMS", "OUTPUT", "DEBUG CONSOLE", "TERMINAL"),
            line("ada@mill:~/shop$ pytest -q", 120, 640),
            line("ada@mill:~/shop$", 120, 664),
        ],
        ("Visual Studio Code", "code_editor", "coding"),
    ),
    "codium": ([line("main.rs - VSCodium", 500, 4), CODE], ("VSCodium", "code_editor", "coding")),
    "cursor": ([line("main.ts - web - Cursor", 500, 4), CODE], ("Cursor", "code_editor", "coding")),
    "pycharm": (
        [line("shop \u2013 orders.py - PyCharm", 400, 4), CODE],
        ("PyCharm", "code_editor", "coding"),
    ),
    "vim in a terminal": (
        [CODE, line("-- INSERT --", 8, 770), line("4,12", 1100, 770)],
        ("Vim", "code_editor", "coding"),
    ),
    "emacs": (
        [line("orders.el - GNU Emacs at mill", 300, 4), menu("File|Edit|Options|Buffers|Tools|Help"), CODE],
        ("Emacs", "code_editor", "coding"),
    ),
    "gedit, a list": (
        [line("Untitled Document 1 - Text Editor", 500, 6), column(20, 60, "milk", "bread", "apples")],
        ("gedit", "notes", "writing"),
    ),
    "gedit, a script": (
        [line("deploy.sh (~/bin) - gedit", 500, 6), CODE],
        ("gedit", "notes", "coding"),
    ),
    "notepad++": (
        [line("*C:\\notes\\list.txt - Notepad++", 24, 4), PROSE],
        ("Notepad++", "code_editor", "writing"),
    ),
    "notepad": (
        [line("list.txt - Notepad", 24, 4), menu("File|Edit|View"), PROSE],
        ("Notepad", "notes", "writing"),
    ),
    "an editor that cannot be named": (
        [*CODE, *column(60, 130, *map(str, range(1, 12)))],
        ("", "code_editor", "coding"),
    ),
    "terminal, prompts": (
        column(8, 60, "ada@mill:~/shop$ git status", "On branch main", "ada@mill:~/shop$ make"),
        ("Terminal", "terminal", "running_commands"),
    ),
    "terminal, prompt without its spaces": (
        column(8, 60, "ada@mill:~/shop$git status", "On branch main", "ada@mill:~/shop$make"),
        ("Terminal", "terminal", "running_commands"),
    ),
    "terminal, shell title": (
        [line("ada@mill: ~/shop", 560, 6), line("total 48", 8, 80)],
        ("Terminal", "terminal", "running_commands"),
    ),
    "konsole": (
        [line("shop : make — Konsole", 560, 6), line("gcc -O2 mill.c", 8, 80)],
        ("Konsole", "terminal", "running_commands"),
    ),
    "powershell": (
        [line("Administrator: Windows PowerShell", 40, 6), line("PS C:\\Users\\ada> Get-ChildItem", 8, 60)],
        ("PowerShell", "terminal", "running_commands"),
    ),
    "command prompt": (
        column(8, 40, "Microsoft Windows [Version 10.0.22631.1]", "C:\\Users\\ada>dir"),
        ("Command Prompt", "terminal", "running_commands"),
    ),
    "macos terminal": (
        [row(4, "Terminal", "Shell", "Edit", "View", "Window", "Help"), line("ada@mill shop % ls", 8, 80)],
        ("Terminal", "terminal", "running_commands"),
    ),
    "firefox on a page about an editor": (
        [
            line("Download - Visual Studio Code — Mozilla Firefox", 300, 4),
            line("Download - Visual Studio Code", 40, 34),
            line("https://code.example.com/download", 200, 64),
            PROSE,
        ],
        ("Mozilla Firefox", "web_browser", "reading"),
    ),
    "a browser without a name, a tab like a title": (
        [line("Download - Visual Studio Code", 40, 8), line("code.example.com/download", 200, 44), PROSE],
        ("", "web_browser", "reading"),
    ),
    "chrome, title": (
        [
            line("Mills - Wikipedia - Google Chrome", 300, 4),
            line("en.wikipedia.org/wiki/Mill", 200, 60),
            PROSE,
        ],
        ("Google Chrome", "web_browser", "reading"),
    ),
    "chrome, empty tab": (
        [line("New Tab", 40, 8), line("Search Google or type a URL", 200, 44)],
        ("Google Chrome", "web_browser", "reading"),
    ),
    "edge, profile and invisible space in the title": (
        [line("Orders - Personal - Microsoft\u200b Edge", 300, 4), PROSE],
        ("Microsoft Edge", "web_browser", "reading"),
    ),
    "firefox named by the GNOME bar only": (
        [row(4, "Activities", "Firefox Web Browser"), line("example.org/mills", 200, 70), PROSE],
        ("Mozilla Firefox", "web_browser", "reading"),
    ),
    "safari named by the macOS bar only": (
        [row(4, "Safari", "File", "Edit", "View", "History", "Bookmarks", "Window", "Help"), PROSE],
        ("Safari", "web_browser", "reading"),
    ),
    "a pull request": (
        [
            line("Round totals · Pull Request #12 · acme/shop — Mozilla Firefox", 200, 4),
            line("https://github.com/acme/shop/pull/12/files", 200, 60),
        ],
        ("Mozilla Firefox", "web_browser", "code_review"),
    ),
    "mail in a browser": (
        [
            line("Inbox (3) - ada@example.com - Gmail - Google Chrome", 200, 4),
            line("mail.google.com/mail/u/0/#inbox", 200, 60),
        ],
        ("Google Chrome", "web_browser", "communication"),
    ),
    "a question and its answers": (
        [line("python - How to pad a string - Stack Overflow — Mozilla Firefox", 200, 4), PROSE],
        ("Mozilla Firefox", "web_browser", "research"),
    ),
    "a video": (
        [line("How mills work - YouTube - Google Chrome", 200, 4), line("youtube.com/watch?v=1", 200, 60)],
        ("Google Chrome", "web_browser", "watching"),
    ),
    "a sheet in a browser without a name": (
        [line("docs.google.com/spreadsheets/d/1aB/edit", 200, 44), grid()],
        ("Google Sheets", "web_browser", "data_analysis"),
    ),
    "thunderbird": (
        [
            line("Inbox - ada@example.com - Mozilla Thunderbird", 300, 4),
            column(8, 100, "Inbox", "Drafts", "Sent"),
        ],
        ("Thunderbird", "email", "communication"),
    ),
    "outlook, furniture only": (
        [
            menu("File|Home|Send / Receive|Folder|View|Help", y=34),
            column(8, 100, "Drafts", "Sent Items", "Deleted Items"),
            line("This folder is up to date.", 8, 780),
        ],
        ("Microsoft Outlook", "email", "communication"),
    ),
    "slack": (
        [line("releases (Channel) - Acme Mills - Slack", 400, 4), column(8, 100, "Threads", "Channels")],
        ("Slack", "chat", "communication"),
    ),
    "slack, side bar only": (
        column(
            8,
            60,
            "Acme Mills",
            "Threads",
            "Huddles",
            "Drafts & sent",
            "Channels",
            "# releases",
            "Direct messages",
        ),
        ("Slack", "chat", "communication"),
    ),
    "discord, title": ([line("#general | Millers - Discord", 300, 4)], ("Discord", "chat", "communication")),
    "teams, title": (
        [line("Chat | Bo Weaver | Microsoft Teams", 300, 4)],
        ("Microsoft Teams", "chat", "communication"),
    ),
    "zoom": (
        [
            line("Zoom Meeting", 40, 4),
            row(770, "Mute", "Stop Video", "Participants", "Share Screen", "Leave"),
        ],
        ("Zoom", "video_conference", "meeting"),
    ),
    "gimp": (
        [line("mill.xcf-2.0 (RGB color, 3 layers) 800x600 \u2013 GIMP", 300, 4)],
        ("GIMP", "image_editor", "designing"),
    ),
    "gimp, menu only": (
        [menu("File|Edit|Select|View|Image|Layer|Colors|Tools|Filters|Windows|Help", y=6)],
        ("GIMP", "image_editor", "designing"),
    ),
    "inkscape, a version after the name": (
        [line("logo.svg - Inkscape 1.3.2", 400, 4)],
        ("Inkscape", "design", "designing"),
    ),
    "paint": (
        [line("Untitled - Paint", 24, 4), menu("File|Edit|View")],
        ("Paint", "image_editor", "designing"),
    ),
    "vlc, menu only": (
        [menu("Media|Playback|Audio|Video|Subtitle|Tools|View|Help", y=30)],
        ("VLC media player", "media_player", "watching"),
    ),
    "vlc, title": (
        [line("mill.mkv - VLC media player", 24, 4)],
        ("VLC media player", "media_player", "watching"),
    ),
    "file explorer": (
        [line("Downloads", 40, 8), FILES, row(100, "Name", "Date modified", "Type", "Size", x=240)],
        ("File Explorer", "file_manager", "file_management"),
    ),
    "files, GNOME": (
        [
            row(4, "Activities", "Files"),
            column(8, 60, "Recent", "Starred", "Home", "Documents", "Other Locations"),
        ],
        ("Files", "file_manager", "file_management"),
    ),
    "finder": (
        [row(4, "Finder", "File", "Edit", "View", "Go", "Window", "Help"), FILES],
        ("Finder", "file_manager", "file_management"),
    ),
    "okular": ([line("manual.pdf — Okular", 500, 4), PROSE], ("Okular", "document_viewer", "reading")),
    "acrobat": (
        [line("manual.pdf - Adobe Acrobat Reader (64-bit)", 40, 4), PROSE],
        ("Adobe Acrobat", "document_viewer", "reading"),
    ),
    "dbeaver": (
        [line("DBeaver 24.1.0 - <shop> Script", 300, 4), line("Database Navigator", 8, 90)],
        ("DBeaver", "database_client", "data_analysis"),
    ),
    "obsidian": ([line("Mills - Notes - Obsidian v1.5.3", 400, 4), PROSE], ("Obsidian", "notes", "writing")),
    "settings, windows": (
        [
            line("Settings", 50, 10),
            column(20, 120, "System", "Bluetooth & devices", "Personalization", "Windows Update"),
        ],
        ("Settings", "settings", "configuration"),
    ),
    "calculator": (
        [
            line("Calculator", 440, 200),
            line("Standard", 480, 240),
            row(300, "MC", "MR", "M+", "M-", "MS", x=440),
        ],
        ("Calculator", "other", "other"),
    ),
    "the desktop itself": (
        [line("Recycle Bin", 20, 90), line("Search", 470, 776), line("13:35", 1200, 770)],
        ("Desktop", "system", "idle"),
    ),
    "prose in no window": (PROSE, ("", "unknown", "unknown")),
    # Overlapping windows
    "code in front of writer, whose title is cut off": (
        [
            line("Dul", 20, 4),
            line("File", 6, 26),
            row(8, "File", "Edit", "Selection", "View", "Go", x=80),
            line("Restricted Mode is intended for safe code browsing.", 70, 40),
            CODE,
            row(760, "Ln 4, Col 1", "Spaces: 4", "UTF-8", "LF", x=700),
        ],
        ("Visual Studio Code", "code_editor", "coding"),
    ),
    "a terminal in front of a browser: the lower title bar is on top": (
        [
            line("Mills - Wikipedia - Google Chrome", 300, 4),
            line("en.wikipedia.org/wiki/Mill", 200, 50),
            line("shop : make — Konsole", 500, 200),
            menu("File|Edit|View|Bookmarks|Plugins|Settings|Help", y=226, x=300),
            *column(300, 260, "ada@mill:~/shop$ make", "cc mill.c", "ada@mill:~/shop$ ./mill"),
        ],
        ("Konsole", "terminal", "running_commands"),
    ),
    "a calc window in front of a writer window": (
        [
            line("letter.odt — LibreOffice Writer", 24, 4),
            line("File", 8, 28),
            line("budget.ods — LibreOffice Calc", 140, 120),
            menu(CALC_MENU, y=146, x=130),
            grid(y=260),
        ],
        ("LibreOffice Calc", "spreadsheet", "data_analysis"),
    ),
    "task bar buttons name what is not in front": (
        [
            line("list.txt - Notepad", 24, 4),
            menu("File|Edit|View"),
            row(770, "Mills - Google Chrome", "budget.ods — LibreOffice Calc"),
        ],
        ("Notepad", "notes", "writing"),
    ),
    "a sentence about an application is not its title": (
        [line("orders.py - Kate", 400, 4), line("We moved from Excel - and then to Google Chrome", 100, 400)],
        ("Kate", "code_editor", "coding"),
    ),
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_application_in_front(name):
    lines, expected = SCREENS[name]
    result = describe(screen(*lines), WIDTH, HEIGHT)
    assert (result.application, result.application_type.value, result.activity.value) == expected
