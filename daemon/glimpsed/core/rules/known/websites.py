"""The web applications that the rules know inside a browser: data, and nothing but data.

Rules of this file: `hosts` are matched at the end of the address's host, or with `=` as the whole of it, if
other things are below it; `titles` as a part of the page's title between separators; alternatives are
separated by `|`. `form` is a regular expression of a title that names it in no such way.
"""

import msgspec

from glimpsed.core.model import Activity


class Website(msgspec.Struct, frozen=True):
    """A web application, and what a person does there."""

    name: str
    hosts: str
    activity: Activity
    titles: str = ""
    form: str = ""


WEBSITES: tuple[Website, ...] = (
    Website("GitHub", "github.com", Activity.READING),
    Website("GitLab", "gitlab.com", Activity.READING),
    Website("Bitbucket", "bitbucket.org", Activity.READING),
    Website("Codeberg", "codeberg.org", Activity.READING),
    Website(
        "Gmail", "mail.google.com", Activity.COMMUNICATION, form=r"^.+ - \S+@[\w.-]+\.\w+ - .{1,60} Mail$"
    ),
    Website(
        "Outlook on the web",
        "outlook.office.com|outlook.live.com|outlook.office365.com",
        Activity.COMMUNICATION,
        "Outlook",
    ),
    Website("Proton Mail", "mail.proton.me", Activity.COMMUNICATION),
    Website("iCloud Mail", "icloud.com/mail", Activity.COMMUNICATION),
    Website("Yahoo Mail", "mail.yahoo.com", Activity.COMMUNICATION),
    Website("Zoho Mail", "mail.zoho.com|mail.zoho.eu", Activity.COMMUNICATION),
    Website("Roundcube Webmail", "", Activity.COMMUNICATION),
    Website(
        "Google Docs",
        "docs.google.com/document",
        Activity.WRITING,
        "Documentos Google|Documentos de Google|Documenti Google|Google Documenten|Dokumenty Google|"
        "Google Dokument|Google Dokumenter|Google Dokümanlar|Google Dokumentumok",
    ),
    Website(
        "Google Sheets",
        "docs.google.com/spreadsheets",
        Activity.DATA_ANALYSIS,
        "Google Tabellen|Planilhas Google|Folhas de cálculo do Google|Hojas de cálculo de Google|"
        "Fogli Google|Google Spreadsheets|Arkusze Google|Google Kalkylark|Google Regneark|"
        "Google Taulukot|Tabulky Google|Google Táblázatok|Google E-Tablolar",
    ),
    Website(
        "Google Slides",
        "docs.google.com/presentation",
        Activity.WRITING,
        "Google Präsentationen|Apresentações Google|Presentaciones de Google|Presentazioni Google|"
        "Google Presentaties|Prezentacje Google|Google Presentationer|Prezentace Google|"
        "Google Slaytlar|Google Diák",
    ),
    Website("Google Forms", "docs.google.com/forms", Activity.WRITING),
    Website("Google Drive", "drive.google.com", Activity.FILE_MANAGEMENT),
    Website(
        "Google Calendar",
        "calendar.google.com",
        Activity.PLANNING,
        "Google Kalender|Google Agenda|Google Calendário|Kalendarz Google|Kalendář Google|Google Takvim",
    ),
    Website("Google Meet", "meet.google.com", Activity.MEETING, "Google Meet|Meet"),
    Website(
        "Google Search",
        "google.com/search|=google.com",
        Activity.RESEARCH,
        "Google Search|Google Suche|Recherche Google|Buscar con Google|Pesquisa Google|Cerca con Google|"
        "Google zoeken|Szukaj w Google|Sök på Google|Google-søgning|Google-søk|Google-haku|Hledat Googlem|"
        "Google-keresés|Google'da Ara",
    ),
    Website("Google Maps", "google.com/maps|maps.google.com", Activity.RESEARCH),
    Website("Bing", "=bing.com", Activity.RESEARCH, "Search|Bing"),
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
    Website("Telegram Web", "web.telegram.org", Activity.COMMUNICATION),
    Website("Google Chat", "chat.google.com|mail.google.com/chat", Activity.COMMUNICATION),
    Website("Microsoft Teams", "teams.microsoft.com|teams.live.com", Activity.COMMUNICATION),
    Website("Zoom", "zoom.us", Activity.MEETING),
    Website("Figma", "figma.com", Activity.DESIGNING),
    Website("Overleaf", "overleaf.com", Activity.WRITING, "Overleaf|Online LaTeX Editor Overleaf"),
    Website("LinkedIn", "linkedin.com", Activity.COMMUNICATION),
    Website("X", "x.com|twitter.com", Activity.READING, "Twitter"),
    Website("Mastodon", "mastodon.social", Activity.READING),
    Website("ChatGPT", "chatgpt.com|chat.openai.com", Activity.RESEARCH),
    Website("Claude", "claude.ai", Activity.RESEARCH),
    Website("Amazon", "=amazon.com|=amazon.de|=amazon.co.uk", Activity.OTHER, "Amazon.com"),
    Website("MDN", "developer.mozilla.org", Activity.READING, "MDN|MDN Web Docs"),
    Website("Python documentation", "docs.python.org", Activity.READING, "Python 3 documentation"),
    Website("Docs.rs", "docs.rs", Activity.READING),
    Website("PyPI", "pypi.org", Activity.RESEARCH),
    Website("npm", "npmjs.com", Activity.RESEARCH),
    Website("Jupyter", "localhost:8888", Activity.CODING, "JupyterLab|Jupyter Notebook"),
    Website("AWS Console", "console.aws.amazon.com", Activity.ADMINISTRATION),
    Website("Grafana", "grafana.net", Activity.DATA_ANALYSIS, "Grafana"),
    Website("Azure Portal", "portal.azure.com", Activity.ADMINISTRATION, "Microsoft Azure"),
    Website("Google Cloud Console", "console.cloud.google.com", Activity.ADMINISTRATION),
    Website("Google Admin", "admin.google.com", Activity.ADMINISTRATION),
    Website("Microsoft 365 admin center", "admin.microsoft.com", Activity.ADMINISTRATION),
    Website("Cloudflare", "dash.cloudflare.com", Activity.ADMINISTRATION),
    Website("WordPress", "wordpress.com", Activity.WRITING),
    Website("Shopify", "admin.shopify.com|myshopify.com", Activity.OTHER),
    Website("Stripe Dashboard", "dashboard.stripe.com", Activity.DATA_ANALYSIS),
    Website("Google Analytics", "analytics.google.com", Activity.DATA_ANALYSIS),
    Website("Google Ads", "ads.google.com", Activity.DATA_ANALYSIS),
    Website("Looker Studio", "lookerstudio.google.com", Activity.DATA_ANALYSIS),
    Website("Power BI", "app.powerbi.com", Activity.DATA_ANALYSIS),
    Website(
        "Tableau Cloud", "online.tableau.com|public.tableau.com", Activity.DATA_ANALYSIS, "Tableau Public"
    ),
    Website("Google Colab", "colab.research.google.com", Activity.CODING, "Colab|Colaboratory"),
    Website("Kaggle", "kaggle.com", Activity.CODING),
    Website("Salesforce", "lightning.force.com|my.salesforce.com", Activity.OTHER),
    Website("HubSpot", "app.hubspot.com", Activity.COMMUNICATION),
    Website("Zendesk", "zendesk.com", Activity.COMMUNICATION),
    Website("ServiceNow", "service-now.com", Activity.ADMINISTRATION),
    Website("Workday HCM", "myworkday.com|workday.com", Activity.OTHER),
    Website("Personio", "personio.de|personio.com", Activity.OTHER),
    Website("Xero", "go.xero.com", Activity.DATA_ANALYSIS),
    Website("QuickBooks Online", "qbo.intuit.com", Activity.DATA_ANALYSIS, "QuickBooks"),
    Website("NetSuite", "app.netsuite.com", Activity.OTHER),
    Website("Odoo", "odoo.com", Activity.OTHER),
    Website("Lexware Office", "app.lexoffice.de|app.lexware.de", Activity.DATA_ANALYSIS, "lexoffice"),
    Website("sevDesk", "my.sevdesk.de", Activity.DATA_ANALYSIS),
    Website("ELSTER", "elster.de", Activity.OTHER),
    Website("Clio Manage", "app.clio.com", Activity.OTHER),
    Website("NetDocuments", "netdocuments.com", Activity.FILE_MANAGEMENT),
    Website("Westlaw", "westlaw.com", Activity.RESEARCH, "Westlaw|Westlaw Edge|Westlaw Precision"),
    Website("Lexis+", "plus.lexis.com|advance.lexis.com", Activity.RESEARCH),
    Website("beck-online", "beck-online.beck.de", Activity.RESEARCH),
    Website("juris", "juris.de", Activity.RESEARCH),
    Website("DocuSign", "app.docusign.com|docusign.net", Activity.READING),
    Website("Doctolib", "doctolib.de|doctolib.fr|doctolib.com", Activity.PLANNING),
    Website("PubMed", "pubmed.ncbi.nlm.nih.gov", Activity.RESEARCH),
    Website("UpToDate", "uptodate.com", Activity.RESEARCH),
    Website("Google Scholar", "scholar.google.com", Activity.RESEARCH),
    Website("JSTOR", "jstor.org", Activity.READING),
    Website("arXiv", "arxiv.org", Activity.READING, "arXiv|arXiv.org"),
    Website("ScienceDirect", "sciencedirect.com", Activity.READING),
    Website("Benchling", "benchling.com", Activity.WRITING),
    Website("BioRender", "app.biorender.com", Activity.DESIGNING),
    Website("Canvas LMS", "instructure.com", Activity.READING),
    Website("Moodle", "moodle.org|moodlecloud.com", Activity.READING),
    Website("Google Classroom", "classroom.google.com", Activity.READING),
    Website("Blackboard Learn", "blackboard.com", Activity.READING),
    Website("Kahoot", "kahoot.it|kahoot.com", Activity.PRESENTING, "Kahoot!"),
    Website("Qualtrics", "qualtrics.com", Activity.DATA_ANALYSIS),
    Website("Miro", "miro.com", Activity.DESIGNING),
    Website("Canva", "canva.com", Activity.DESIGNING),
    Website("Lucidchart", "lucid.app", Activity.DESIGNING),
    Website("Onshape", "cad.onshape.com", Activity.DESIGNING),
    Website("Autodesk Construction Cloud", "acc.autodesk.com", Activity.PLANNING),
    Website("Procore", "procore.com", Activity.PLANNING),
    Website("monday.com", "monday.com", Activity.PLANNING),
    Website("ClickUp", "app.clickup.com", Activity.PLANNING),
    Website("Airtable", "airtable.com", Activity.DATA_ANALYSIS),
    Website("Smartsheet", "app.smartsheet.com", Activity.PLANNING),
    Website("Dropbox", "dropbox.com", Activity.FILE_MANAGEMENT),
    Website("OneDrive", "onedrive.live.com", Activity.FILE_MANAGEMENT),
    Website("SharePoint", "sharepoint.com", Activity.READING),
    Website("DeepL", "deepl.com", Activity.WRITING, "DeepL Translate|DeepL Übersetzer"),
    Website("Phrase TMS", "cloud.memsource.com|app.phrase.com", Activity.WRITING),
    Website("Crowdin", "crowdin.com", Activity.WRITING),
    Website("phpMyAdmin", "localhost/phpmyadmin", Activity.DATA_ANALYSIS),
    Website("Proxmox", "localhost:8006", Activity.ADMINISTRATION, "Proxmox Virtual Environment"),
)
