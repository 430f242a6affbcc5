"""Terminals and web browsers: data alone, in the notation that `application` explains."""

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

SHELLS: tuple[Application, ...] = (
    Application(
        "Terminal",
        Kind.TERMINAL,
        titles="Terminal|GNOME Terminal|Xfce Terminal|MATE Terminal|QTerminal|LXTerminal|Ptyxis|Console",
        menu="File|Edit|View|Search|Terminal|Tabs|Help",
    ),
    Application(
        "Konsole",
        Kind.TERMINAL,
        menu="File|Edit|View|Bookmarks|Plugins|Settings|Help",
        labels="New Tab|Split View",
    ),
    Application(
        "iTerm2",
        Kind.TERMINAL,
        titles="iTerm2|iTerm",
        menu="Shell|Edit|View|Session|Scripts|Profiles|Window|Help",
    ),
    Application("Windows Terminal", Kind.TERMINAL),
    Application(
        "PowerShell",
        Kind.TERMINAL,
        titles="Windows PowerShell|PowerShell|PowerShell 7|Windows PowerShell ISE",
        cues="Install the latest PowerShell for new features|Try the new cross-platform PowerShell",
    ),
    Application(
        "Command Prompt",
        Kind.TERMINAL,
        titles=(
            "Command Prompt|Eingabeaufforderung|Invite de commandes|Símbolo del sistema|"
            "C:\\Windows\\System32\\cmd.exe|cmd.exe"
        ),
        cues="Microsoft Windows [Version",
    ),
    Application("xterm", Kind.TERMINAL),
    Application("Alacritty", Kind.TERMINAL),
    Application("kitty", Kind.TERMINAL),
    Application("Tilix", Kind.TERMINAL),
    Application("WezTerm", Kind.TERMINAL),
    Application("Ghostty", Kind.TERMINAL),
    Application(
        "Google Chrome",
        Kind.WEB_BROWSER,
        titles="Google Chrome|Chrome",
        bar="Chrome|Google Chrome",
        menu="File|Edit|View|History|Bookmarks|Profiles|Tab|Window|Help",
        cues=(
            "Search Google or type a URL|You and Google|Customize Chrome|Chrome Web Store|"
            "Chrome is being controlled by|Chrome didn't shut down correctly|Relaunch to update|"
            "About Chrome|Safe Browsing in Chrome|Chrome isn't your default|"
            "Google Chrome is up to date|Make Chrome your own|Sign in to Chrome"
        ),
        marks="chrome://",
        process="chrome",
    ),
    Application(
        "Chromium",
        Kind.WEB_BROWSER,
        titles="Chromium|Chromium Web Browser",
        bar="Chromium Web Browser",
        cues="About Chromium|Chromium isn't your default",
    ),
    Application(
        "Mozilla Firefox",
        Kind.WEB_BROWSER,
        titles=(
            "Mozilla Firefox|Firefox|Mozilla Firefox Private Browsing|"
            "Mozilla Firefox (Private Browsing)|Mozilla Firefox Privater Modus|"
            "Mozilla Firefox Navigation privée|"
            "Mozilla Firefox Navegación privada|Firefox Developer Edition|Firefox Web Browser"
        ),
        bar="Firefox|Firefox Web Browser",
        menu="File|Edit|View|History|Bookmarks|Tools|Help",
        cues=(
            "Search with Google or enter address|Firefox Suggest|Open previous tabs?|"
            "Restore Previous Session|Firefox Privacy Notice|Import bookmarks...|"
            "Getting Started with Firefox"
        ),
        marks="about:preferences|about:config|about:addons",
        process="firefox",
    ),
    Application(
        "Microsoft Edge",
        Kind.WEB_BROWSER,
        titles="Microsoft Edge|Edge|Microsoft Edge Dev",
        cues=(
            "Search or enter web address|Sync your browsing data|"
            "Profiles, Privacy, search, and services|Copilot and sidebar|Bing homepage|"
            "Start, home, and new tabs"
        ),
        marks="edge://",
        process="msedge",
    ),
    Application(
        "Brave",
        Kind.WEB_BROWSER,
        titles="Brave|Brave Browser",
        cues="Search Brave or type a URL",
        marks="brave://",
    ),
    Application("Vivaldi", Kind.WEB_BROWSER, marks="vivaldi://"),
    Application("Opera", Kind.WEB_BROWSER, marks="opera://"),
    Application(
        "Safari",
        Kind.WEB_BROWSER,
        menu="File|Edit|View|History|Bookmarks|Window|Help",
        cues="Search or enter website name",
        labels="Favourites|Favorites|Privacy Report",
    ),
    Application("Tor Browser", Kind.WEB_BROWSER, cues="Search with DuckDuckGo or enter address"),
    Application("GNOME Web", Kind.WEB_BROWSER, titles="Web|Epiphany", bar="Web"),
)
