"""Editors and development environments: data alone, in the notation that `application` explains."""

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

_IDE_MENU = "File|Edit|View|Navigate|Code|Refactor|Build|Run|Tools|VCS|Git|Window|Help"
_VSCODE_MENU = "File|Edit|Selection|View|Go|Run|Terminal|Help"

EDITORS: tuple[Application, ...] = (
    Application(
        "Visual Studio Code",
        Kind.CODE_EDITOR,
        titles="Visual Studio Code|Visual Studio Code - Insiders|Code - OSS",
        bar="Code|Code - Insiders",
        menu=_VSCODE_MENU,
        cues=(
            "PROBLEMS OUTPUT DEBUG CONSOLE TERMINAL|DEBUG CONSOLE|"
            "Restricted Mode is intended for safe code|Show All Commands Ctrl|Backup and Sync Settings|"
            "OPEN EDITORS|NO FOLDER OPENED|RUN AND DEBUG|files to include|"
            "Search Extensions in Marketplace|Editor Layout: |Select Kernel|Open Folder... Clone|"
            "Get started with VS Code"
        ),
        labels=(
            "Restricted Mode|PROBLEMS|OUTPUT|TERMINAL|PORTS|EXPLORER|SOURCE CONTROL|EXTENSIONS|OUTLINE|"
            "TIMELINE|GITLENS|Spaces: 4|Spaces: 2|Tab Size: 4|UTF-8|LF|CRLF|SEARCH|Commonly Used|User|"
            "Workspace|TESTING|Go Live|Prettier|Welcome|Text Editor|Workbench|Search settings|COMMENTS"
        ),
    ),
    Application("VSCodium", Kind.CODE_EDITOR, menu=_VSCODE_MENU),
    Application("Cursor", Kind.CODE_EDITOR, menu=_VSCODE_MENU, cues="Ctrl+K to generate|Cursor Settings"),
    Application("Windsurf", Kind.CODE_EDITOR, menu=_VSCODE_MENU, cues="Windsurf - Settings"),
    Application("Zed", Kind.CODE_EDITOR, cues="Welcome to Zed"),
    Application(
        "PyCharm",
        Kind.CODE_EDITOR,
        menu=_IDE_MENU,
        cues="Welcome to PyCharm",
        labels="Python Packages|Python Console",
    ),
    Application(
        "IntelliJ IDEA",
        Kind.CODE_EDITOR,
        titles="IntelliJ IDEA|IntelliJ IDEA Ultimate|IntelliJ IDEA Community Edition",
        menu=_IDE_MENU,
        cues=(
            "Search Everywhere Double Shift|Drop files here to open them|Go to File Ctrl+Shift+N|"
            "Recent Files Ctrl+E|Welcome to IntelliJ IDEA"
        ),
        labels=(
            "Project|Structure|Bookmarks|External Libraries|Scratches and Consoles|Problems|Services|"
            "Maven|Gradle"
        ),
    ),
    Application("WebStorm", Kind.CODE_EDITOR, menu=_IDE_MENU, cues="Welcome to WebStorm"),
    Application("GoLand", Kind.CODE_EDITOR, menu=_IDE_MENU, cues="Welcome to GoLand"),
    Application("CLion", Kind.CODE_EDITOR, menu=_IDE_MENU, cues="Welcome to CLion"),
    Application("Rider", Kind.CODE_EDITOR, titles="JetBrains Rider", menu=_IDE_MENU, cues="Welcome to Rider"),
    Application("PhpStorm", Kind.CODE_EDITOR, menu=_IDE_MENU, cues="Welcome to PhpStorm"),
    Application("RustRover", Kind.CODE_EDITOR, menu=_IDE_MENU, cues="Welcome to RustRover"),
    Application(
        "Android Studio",
        Kind.CODE_EDITOR,
        menu=_IDE_MENU,
        labels="Running Devices|Device Manager|Build Variants|Layout Inspector",
    ),
    Application(
        "Visual Studio",
        Kind.CODE_EDITOR,
        titles="Microsoft Visual Studio|Visual Studio 2022",
        menu="File|Edit|View|Git|Project|Build|Debug|Test|Analyze|Tools|Extensions|Window|Help",
        cues="Search Solution Explorer",
        labels="Solution Explorer|Git Changes|Error List|Team Explorer|Live Share",
    ),
    Application(
        "Eclipse",
        Kind.CODE_EDITOR,
        titles="Eclipse IDE|Eclipse",
        menu="File|Edit|Source|Refactor|Navigate|Search|Project|Run|Window|Help",
        labels="Package Explorer|Project Explorer|Task List|Javadoc|Declaration",
    ),
    Application(
        "Xcode",
        Kind.CODE_EDITOR,
        menu="File|Edit|View|Find|Navigate|Editor|Product|Debug|Integrate|Window|Help",
        cues="Running on iPhone",
    ),
    Application(
        "Jupyter",
        Kind.CODE_EDITOR,
        titles="JupyterLab|Jupyter Notebook",
        menu="File|Edit|View|Run|Kernel|Tabs|Settings|Help",
        cues="Python 3 (ipykernel)",
    ),
    Application(
        "Spyder",
        Kind.CODE_EDITOR,
        menu="File|Edit|Search|Source|Run|Debug|Consoles|Projects|Tools|View|Help",
        labels="Variable Explorer|IPython Console|Plots",
    ),
    Application(
        "RStudio",
        Kind.CODE_EDITOR,
        menu="File|Edit|Code|View|Plots|Session|Build|Debug|Profile|Tools|Help",
        labels="Environment|History|Connections|Packages|Viewer|Plots",
    ),
    Application(
        "Vim",
        Kind.CODE_EDITOR,
        titles="VIM|GVIM|NVIM|Neovim",
        menu="File|Edit|Tools|Syntax|Buffers|Window|Help",
        cues="VIM - Vi IMproved",
        marks="--INSERT--|--VISUAL--|--VISUALLINE--|--REPLACE--|NVIMv0",
    ),
    Application(
        "Emacs",
        Kind.CODE_EDITOR,
        titles="GNU Emacs|Emacs|Doom Emacs",
        menu="File|Edit|Options|Buffers|Tools|Help",
        cues="This is GNU Emacs|Lisp Interaction",
        marks="*scratch*|-UUU:----|U:**-|U:---|(Fundamental)",
    ),
    Application("nano", Kind.CODE_EDITOR, titles="GNU nano", marks="GNUnano|^GHelp|^XExit|^OWriteOut"),
    Application(
        "Sublime Text",
        Kind.CODE_EDITOR,
        titles="Sublime Text|Sublime Text (UNREGISTERED)",
        menu="File|Edit|Selection|Find|View|Goto|Tools|Project|Preferences|Help",
        labels="Tab Size: 4|Spaces: 4|Plain Text",
    ),
    Application(
        "Kate",
        Kind.CODE_EDITOR,
        titles="Kate|KWrite",
        menu="File|Edit|Selection|View|Go|Projects|LSP Client|Bookmarks|Sessions|Tools|Settings|Help",
        labels="Filesystem Browser|Soft Tabs: 4|Projects|Symbols",
    ),
    Application(
        "gedit",
        Kind.NOTES,  # which also edits code, as Notepad does
        titles="gedit|Text Editor",
        bar="Text Editor|gedit",
        cues="Tab Width: 8 Ln 1|Untitled Document 1",
        labels="Plain Text|Tab Width: 8|Untitled Document 1|INS",
    ),
    Application("GNOME Builder", Kind.CODE_EDITOR, titles="Builder"),
    Application(
        "Geany",
        Kind.CODE_EDITOR,
        menu="File|Edit|Search|View|Document|Project|Build|Tools|Help",
        labels="Symbols|Documents|Scribble|Compiler|Messages",
    ),
    Application(
        "Notepad++",
        Kind.CODE_EDITOR,
        menu="File|Edit|Search|View|Encoding|Language|Settings|Tools|Macro|Run|Plugins|Window|?",
        cues="Normal text file length",
    ),
    Application(
        "Notepad",
        Kind.NOTES,
        titles="Bloc-notes|Bloc de notas|Blocco note|Kladblok|Anteckningar|Notatnik",
        menu="File|Edit|Format|View|Help",
        cues="Windows (CRLF)",
        labels="Windows (CRLF)|Plain text|Unix (LF)|0 characters|UTF-8|100%",
    ),
    Application("WordPad", Kind.WORD_PROCESSOR, menu="File|Home|View"),
    Application("TextEdit", Kind.WORD_PROCESSOR, menu="File|Edit|Format|View|Window|Help"),
    Application(
        "GitHub Desktop",
        Kind.CODE_EDITOR,
        menu="File|Edit|View|Repository|Branch|Help",
        labels="Current repository|Current branch|Fetch origin|No local changes",
    ),
    Application("GitKraken", Kind.CODE_EDITOR),
)
