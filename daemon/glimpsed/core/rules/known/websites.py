"""The web applications that the rules know inside a browser: data, and nothing but data.

Rules of this file: `hosts` are matched at the end of the address's host, `titles` as a part of the page's
title between separators; alternatives are separated by `|`.
"""

import msgspec

from glimpsed.core.model import Activity


class Website(msgspec.Struct, frozen=True):
    """A web application, and what a person does there."""

    name: str
    hosts: str
    activity: Activity
    titles: str = ""


WEBSITES: tuple[Website, ...] = (
    Website("GitHub", "github.com", Activity.READING),
    Website("GitLab", "gitlab.com", Activity.READING),
    Website("Bitbucket", "bitbucket.org", Activity.READING),
    Website("Codeberg", "codeberg.org", Activity.READING),
    Website("Gmail", "mail.google.com", Activity.COMMUNICATION),
    Website(
        "Outlook on the web",
        "outlook.office.com|outlook.live.com|outlook.office365.com",
        Activity.COMMUNICATION,
        "Outlook",
    ),
    Website("Proton Mail", "mail.proton.me", Activity.COMMUNICATION),
    Website("Google Docs", "docs.google.com/document", Activity.WRITING),
    Website("Google Sheets", "docs.google.com/spreadsheets", Activity.DATA_ANALYSIS),
    Website("Google Slides", "docs.google.com/presentation", Activity.WRITING),
    Website("Google Forms", "docs.google.com/forms", Activity.WRITING),
    Website("Google Drive", "drive.google.com", Activity.FILE_MANAGEMENT),
    Website("Google Calendar", "calendar.google.com", Activity.PLANNING),
    Website("Google Meet", "meet.google.com", Activity.MEETING, "Google Meet|Meet"),
    Website("Google Search", "google.com/search|google.com", Activity.RESEARCH, "Google Search|Google Suche"),
    Website("Google Maps", "google.com/maps|maps.google.com", Activity.RESEARCH),
    Website("Bing", "bing.com", Activity.RESEARCH, "Search|Bing"),
    Website("DuckDuckGo", "duckduckgo.com", Activity.RESEARCH, "DuckDuckGo|at DuckDuckGo"),
    Website("Stack Overflow", "stackoverflow.com", Activity.RESEARCH),
    Website(
        "Stack Exchange",
        "stackexchange.com|superuser.com|serverfault.com|askubuntu.com",
        Activity.RESEARCH,
        "Stack Exchange|Super User|Server Fault|Ask Ubuntu",
    ),
    Website("Wikipedia", "wikipedia.org", Activity.READING, "Wikipedia|Wikipedia, the free encyclopedia"),
    Website("Reddit", "reddit.com", Activity.READING),
    Website("Hacker News", "news.ycombinator.com", Activity.READING),
    Website("YouTube", "youtube.com|youtu.be", Activity.WATCHING),
    Website("Netflix", "netflix.com", Activity.WATCHING),
    Website("Twitch", "twitch.tv", Activity.WATCHING),
    Website("Vimeo", "vimeo.com", Activity.WATCHING),
    Website("Jira", "atlassian.net/browse|atlassian.net/jira|jira.com", Activity.PLANNING, "Jira|JIRA"),
    Website("Confluence", "atlassian.net/wiki", Activity.READING),
    Website("Trello", "trello.com", Activity.PLANNING),
    Website("Asana", "app.asana.com", Activity.PLANNING),
    Website("Linear", "linear.app", Activity.PLANNING),
    Website("Notion", "notion.so|notion.site", Activity.WRITING),
    Website("Slack", "app.slack.com", Activity.COMMUNICATION),
    Website("Discord", "discord.com", Activity.COMMUNICATION),
    Website("WhatsApp Web", "web.whatsapp.com", Activity.COMMUNICATION, "WhatsApp"),
    Website("Microsoft Teams", "teams.microsoft.com|teams.live.com", Activity.COMMUNICATION),
    Website("Zoom", "zoom.us", Activity.MEETING),
    Website("Figma", "figma.com", Activity.DESIGNING),
    Website("Overleaf", "overleaf.com", Activity.WRITING, "Overleaf|Online LaTeX Editor Overleaf"),
    Website("LinkedIn", "linkedin.com", Activity.COMMUNICATION),
    Website("X", "x.com|twitter.com", Activity.READING, "Twitter"),
    Website("Mastodon", "mastodon.social", Activity.READING),
    Website("ChatGPT", "chatgpt.com|chat.openai.com", Activity.RESEARCH),
    Website("Claude", "claude.ai", Activity.RESEARCH),
    Website("Amazon", "amazon.com|amazon.de|amazon.co.uk", Activity.OTHER, "Amazon.com"),
    Website("MDN", "developer.mozilla.org", Activity.READING, "MDN|MDN Web Docs"),
    Website("Python documentation", "docs.python.org", Activity.READING, "Python 3 documentation"),
    Website("Docs.rs", "docs.rs", Activity.READING),
    Website("PyPI", "pypi.org", Activity.RESEARCH),
    Website("npm", "npmjs.com", Activity.RESEARCH),
    Website("Jupyter", "localhost:8888", Activity.CODING, "JupyterLab|Jupyter Notebook"),
    Website("AWS Console", "console.aws.amazon.com", Activity.ADMINISTRATION),
    Website("Grafana", "grafana.net", Activity.DATA_ANALYSIS, "Grafana"),
)
