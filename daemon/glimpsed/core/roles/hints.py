"""What an expert looks for on a screen, by the kind of application.

Rules of this file: data. A hint names places and things to look for and never what they say, so that nothing
of it can turn up in a description of a screen that lacks it. A kind without a hint has the general one on
purpose.
"""

from glimpsed.core.model import ApplicationType as Kind

GENERAL = (
    "the name in the title bar, the largest heading, the labels of the main buttons and the selected item;"
    " what they say this program is for; the document or object that is open; messages and progress."
)
"""For kinds of which nothing particular is known."""

HINTS: dict[Kind, str] = {
    Kind.CODE_EDITOR: (
        "the file in the selected tab and a mark of unsaved changes; project or folder in the title or the"
        " side bar; language, branch and counts of errors in the status bar; the function or class at the"
        " cursor; underlined faults and their messages; a line where a debugger stopped; a diff under"
        " review; what the terminal pane printed last."
    ),
    Kind.TERMINAL: (
        "the last command after a prompt, and whether it runs, ended or failed; exit codes and error lines;"
        " user, host and directory in the prompt or the title; a root prompt or a session on another host;"
        " the program that fills the window, such as an editor, a pager or a process monitor, and what is"
        " open in it; panes and tabs."
    ),
    Kind.WEB_BROWSER: (
        "the title of the selected tab, not of the others; host and path in the address bar; what the site"
        " is for, since a web application counts as what it does; the heading of the part in view; a search"
        " and its words; a form being filled in; a video playing; an error or sign-in page."
    ),
    Kind.SPREADSHEET: (
        "the workbook in the title; the selected sheet tab; the active cell in the name box and what the"
        " formula bar shows for it; headers of the columns and rows in view; charts, filters and pivot"
        " tables; error values; an open dialog."
    ),
    Kind.WORD_PROCESSOR: (
        "the document in the title and a mark of unsaved changes; the heading and the subject of the part"
        " in view; page and word counts in the status bar; selected text; comments and tracked changes; an"
        " open dialog."
    ),
    Kind.PRESENTATION: (
        "the file in the title; title and number of the slide in view; whether slides are edited or a show"
        " runs over the whole screen; speaker notes; the selected object; an open side pane or dialog."
    ),
    Kind.EMAIL: (
        "whether a list, a message or a message being written is in front; subject, sender and recipients;"
        " account and folder; the gist of the text in view; attachments; the search."
    ),
    Kind.CHAT: (
        "the channel, group or person of the open conversation; workspace or server; the subject of the"
        " last messages and who wrote them; an open thread; a message being written; files and links that"
        " were shared."
    ),
    Kind.VIDEO_CONFERENCE: (
        "the name of the meeting; names on the tiles and how many take part; who speaks or presents; what a"
        " shared screen shows; a chat or a list of people beside it; whether it has begun or waits to."
    ),
    Kind.CALENDAR: (
        "the view (day, week, month) and the dates that it spans; the event that is open or selected, with"
        " its time, place and people; whether it is being made or changed; an invitation or a reminder."
    ),
    Kind.NOTES: (
        "the title of the open note; notebook, folder or vault; headings and the subject of the part in"
        " view; check lists; tags and links; whether it is written or read."
    ),
    Kind.PROJECT_MANAGEMENT: (
        "project, board or repository; key and title of the open issue or card; its state, owner and date;"
        " the columns of a board, sprint and filter; a comment being written."
    ),
    Kind.FILE_MANAGER: (
        "the folder in the path bar or the title; selected items, and how many; the sort of files in it; a"
        " copy, move, rename or deletion under way; a search; a dialog that asks something."
    ),
    Kind.DOCUMENT_VIEWER: (
        "the file in the title and the title of the document; page number and count; the heading and the"
        " subject of the page in view; a search in it; notes and highlights."
    ),
    Kind.IMAGE_EDITOR: (
        "the file in the title and a mark of unsaved changes; what the picture shows; the selected tool,"
        " layer and area; size and zoom; an open dialog with its name and values."
    ),
    Kind.DESIGN: (
        "file and page; what is being designed (an interface, a logo, a model, a plan); the selected object"
        " or layer and its properties; the tool in use; comments."
    ),
    Kind.MEDIA_PLAYER: (
        "title and performer or channel; playing or paused; position and length; the list of what comes"
        " next; for a video, what its picture shows."
    ),
    Kind.DATABASE_CLIENT: (
        "server and database; the selected table or query tab; the statement in the editor; columns and"
        " count of the rows that came back; an error and its text."
    ),
    Kind.SETTINGS: (
        "the program or system that is set up; the selected page or category; the option at the cursor and"
        " its value; a search; changes that wait to be applied; a warning."
    ),
    Kind.SYSTEM: (
        "what the desktop itself shows: a launcher, a lock or sign-in screen, a task manager, an installer,"
        " an update, a notification or a bare desktop; what it reports or asks; windows that are minimized."
    ),
}


def hint(kind: Kind) -> str:
    """What to look for in an application of this kind."""
    return HINTS.get(kind, GENERAL)
