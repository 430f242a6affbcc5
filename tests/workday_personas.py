"""Workers and their pieces of work, for scripted workdays: each is some windows and the words on them."""

from dataclasses import dataclass

from glimpsed.core.model import ApplicationType as Kind


@dataclass(frozen=True)
class Window:
    """Where a person looks: the words are what it may show, some of them at a time."""

    application: str
    kind: Kind
    title: str
    words: str
    url: str = ""


CHROME, FIREFOX = "Google Chrome", "Mozilla Firefox"


def code(project, file, words):
    return Window("Visual Studio Code", Kind.CODE_EDITOR, f"{file} - {project} - Visual Studio Code", words)


def shell(path, words):
    return Window("Terminal", Kind.TERMINAL, f"ada@mill: {path}", words)


def page(title, url, words, browser=CHROME):
    return Window(browser, Kind.WEB_BROWSER, f"{title} - {browser}", words, url)


def office(application, kind, name, words):
    return Window(application, kind, f"{name} — {application}", words)


SLACK = Window(
    "Slack",
    Kind.CHAT,
    "team (Channel) - Acme - 2 new items - Slack",
    "morning lunch standup thanks deploy coffee anyone green release party",
)
MAIL = Window(
    "Thunderbird",
    Kind.EMAIL,
    "Inbox (12) - ada@example.com - Mozilla Thunderbird",
    "invoice newsletter regards meeting attached kindly schedule booking travel parcel",
)
WHATSAPP = Window("WhatsApp", Kind.CHAT, "(3) WhatsApp", "dinner weekend photo mother tickets football")
CALENDAR = Window(
    "",
    Kind.WEB_BROWSER,
    "Google Calendar - Week of March 3 - Google Chrome",
    "standup review dentist onboarding planning retro",
    "calendar.google.com/calendar/u/0/r/week",
)


DEVELOPER = {
    "ledger": [
        code(
            "ledger",
            "parser.py",
            "import parse token ledger amount posting currency balance "
            "yield match regex entry account booking cleared pending",
        ),
        code(
            "ledger",
            "test_parser.py",
            "assert ledger posting parametrize fixture amount "
            "raises balance expected currency pytest account entry",
        ),
        shell(
            "~/src/ledger",
            "pytest passed failed ledger tests collected git commit push branch traceback assertion",
        ),
        page(
            "re — Regular expression operations — Python documentation",
            "docs.python.org/3/library/re.html",
            "regular expression pattern match groups lookahead flags compile string python module",
        ),
        page(
            "python - Non greedy groups in regex - Stack Overflow",
            "stackoverflow.com/questions/991/greedy",
            "greedy question answer votes regex python accepted groups quantifier",
        ),
    ],
    "website": [
        code(
            "shopfront",
            "Cart.tsx",
            "export const useState return className onClick cart "
            "item price checkout component props render button",
        ),
        code(
            "shopfront",
            "cart.css",
            "display flex margin padding color border cart button hover grid media width",
        ),
        shell("~/src/shopfront", "npm run build vite compiled warnings bundle chunks localhost ready eslint"),
        page(
            "Shopfront \u2013 Cart",
            "localhost:5173/cart",
            "cart checkout price quantity shipping basket total coupon shopfront",
        ),
        page(
            "Using CSS flexbox - CSS | MDN",
            "developer.mozilla.org/en-US/docs/Web/CSS/flex",
            "flexbox container align justify items property axis layout browser",
        ),
    ],
    "review": [
        page(
            "Retry uploads by grace · Pull Request #418 · acme/uploader",
            "github.com/acme/uploader/pull/418",
            "uploader retry backoff chunk upload conversation "
            "commits checks files changed approve comment timeout",
        ),
        page(
            "acme/uploader: resumable uploads",
            "github.com/acme/uploader",
            "uploader readme resumable chunk upload license install usage storage",
        ),
        shell("~/src/uploader", "uploader cargo test running chunk retry upload result finished"),
    ],
    "mails": [MAIL, CALENDAR, SLACK],
}
WRITER = {
    "novel": [
        office(
            "LibreOffice Writer",
            Kind.WORD_PROCESSOR,
            "chapter-7.odt",
            "harbour lantern captain storm whispered daughter "
            "lighthouse window night rope silence letter tide",
        ),
        office(
            "LibreOffice Writer",
            Kind.WORD_PROCESSOR,
            "characters.odt",
            "captain daughter harbour lighthouse born scar brother letter storm sailor widow",
        ),
        page(
            "Lighthouse keeper - Wikipedia",
            "en.wikipedia.org/wiki/Lighthouse_keeper",
            "lighthouse keeper lantern oil wick harbour century storm ships coast tower",
        ),
    ],
    "article": [
        office(
            "LibreOffice Writer",
            Kind.WORD_PROCESSOR,
            "soil-article.odt",
            "soil compost microbes farmers nitrogen erosion carbon cover crops field study harvest yield",
        ),
        page(
            "Cover crops and soil carbon: a review",
            "agrojournal.org/articles/cover-crops",
            "cover crops soil carbon nitrogen review trials microbes yield abstract references",
        ),
        page(
            "compost microbes study - Google Search",
            "google.com/search?q=compost",
            "compost microbes study results soil images scholar nitrogen",
        ),
        office(
            "Zotero",
            Kind.DOCUMENT_VIEWER,
            "My Library",
            "soil carbon nitrogen library collection authors journal compost erosion",
        ),
    ],
    "invoices": [
        office(
            "LibreOffice Calc",
            Kind.SPREADSHEET,
            "invoices-2026.ods",
            "invoice magazine paid reminder amount client publisher rate words netto",
        ),
        page(
            "Transactions | Harbor Bank",
            "online.harborbank.example/transactions",
            "transfer balance account payment invoice publisher received magazine statement",
        ),
    ],
    "mails": [MAIL, WHATSAPP],
}
ACCOUNTANT = {
    "acme": [
        office(
            "Microsoft Excel",
            Kind.SPREADSHEET,
            "Acme close March.xlsx",
            "acme accrual depreciation trial balance ledger "
            "journal payable receivable march closing variance",
        ),
        office(
            "Microsoft Excel",
            Kind.SPREADSHEET,
            "Acme bank March.xlsx",
            "acme statement deposit withdrawal reconcile cleared payable receivable march fees",
        ),
        page(
            "Journal entries \u2013 Acme GmbH \u2013 DATEV",
            "datev.example/acme/journal",
            "acme journal posting debit credit account voucher ledger closing accrual",
        ),
    ],
    "payroll": [
        office(
            "Microsoft Excel",
            Kind.SPREADSHEET,
            "Payroll April.xlsx",
            "salary overtime employee pension insurance gross bonus deduction sick vacation",
        ),
        page(
            "Employees - PayWell",
            "app.paywell.example/employees",
            "employee salary contract pension insurance tax class vacation payslip",
        ),
        office(
            "Adobe Acrobat",
            Kind.DOCUMENT_VIEWER,
            "wage-tax-table.pdf",
            "wage table class employee salary pension insurance bracket monthly",
        ),
    ],
    "tax": [
        page(
            "ELSTER - Umsatzsteuer-Voranmeldung",
            "elster.de/eportal/ustva",
            "umsatzsteuer voranmeldung finanzamt steuernummer vorsteuer betrag zeitraum lieferungen",
        ),
        office(
            "Microsoft Excel",
            Kind.SPREADSHEET,
            "UStVA Q1.xlsx",
            "umsatzsteuer vorsteuer lieferungen betrag steuernummer quartal zeitraum erwerb",
        ),
    ],
    "mails": [
        MAIL,
        Window(
            "Microsoft Teams",
            Kind.CHAT,
            "Chat | Finance | Microsoft Teams",
            "question receipt approve coffee holidays cover thanks",
        ),
    ],
}
STUDENT = {
    "biology": [
        Window(
            "Obsidian",
            Kind.NOTES,
            "Mitosis - Biology - Obsidian v1.8",
            "mitosis prophase metaphase spindle chromosome cell division cytokinesis anaphase exam",
        ),
        Window(
            "Preview",
            Kind.DOCUMENT_VIEWER,
            "lecture-09-cell-cycle.pdf",
            "cell cycle mitosis checkpoint chromosome spindle cyclin division phase lecture",
        ),
        page(
            "Mitosis - Wikipedia",
            "en.wikipedia.org/wiki/Mitosis",
            "mitosis chromosome cell division prophase spindle nucleus eukaryotic",
        ),
        page(
            "Mitosis explained in ten minutes - YouTube",
            "youtube.com/watch?v=a1",
            "mitosis explained subscribe cell division animation channel chromosome",
        ),
    ],
    "statistics": [
        Window(
            "RStudio",
            Kind.CODE_EDITOR,
            "homework4.R - stats - RStudio",
            "lm summary residuals ggplot regression coefficient data frame variance library tidyverse",
        ),
        Window(
            "Preview",
            Kind.DOCUMENT_VIEWER,
            "homework4.pdf",
            "regression residuals homework coefficient estimate variance exercise submit hypothesis",
        ),
        page(
            "r - Plot residuals with ggplot - Stack Overflow",
            "stackoverflow.com/questions/77/residuals",
            "ggplot residuals regression question answer votes plot",
        ),
    ],
    "essay": [
        page(
            "Essay on Weimar - Google Docs",
            "docs.google.com/document/d/9xY/edit",
            "weimar republic inflation chancellor treaty reichstag unrest coalition constitution",
        ),
        page(
            "Hyperinflation in the Weimar Republic - JSTOR",
            "jstor.org/stable/188",
            "hyperinflation weimar republic treaty currency reichsbank coalition archive",
        ),
    ],
    "mails": [
        WHATSAPP,
        page(
            "Inbox (4) - mia@uni.example - Gmail",
            "mail.google.com/mail/u/0",
            "seminar newsletter library reminder enrollment regards",
            FIREFOX,
        ),
    ],
}
SUPPORT = {
    "router": [
        page(
            "Ticket #4711: router keeps rebooting - Zendesk",
            "acme.zendesk.com/agent/tickets/4711",
            "router reboot firmware customer ticket restart power light model warranty",
        ),
        page(
            "Router reboot loop | Knowledge base",
            "kb.acme.example/router/reboot",
            "router reboot loop firmware update reset steps power adapter light",
        ),
        Window("Terminal", Kind.TERMINAL, "ssh diag@router-lab", "router uptime firmware dmesg reboot ping"),
    ],
    "billing": [
        page(
            "Ticket #4720: charged twice - Zendesk",
            "acme.zendesk.com/agent/tickets/4720",
            "refund charged twice card billing customer ticket subscription invoice",
        ),
        page(
            "Stripe | Payments",
            "dashboard.stripe.com/payments",
            "payments refund charge card customer subscription dispute amount",
        ),
    ],
    "manual": [
        Window(
            "Confluence",
            Kind.WEB_BROWSER,
            "Onboarding guide for agents - Confluence",
            "onboarding guide agents macros escalation tone greeting shift handover",
            "acme.atlassian.net/wiki/x/1",
        ),
        office(
            "Microsoft Word",
            Kind.WORD_PROCESSOR,
            "agent handbook.docx",
            "agents handbook greeting escalation tone shift handover macros",
        ),
    ],
}
DESIGNER = {
    "app": [
        Window(
            "Figma",
            Kind.DESIGN,
            "Banking app \u2013 Figma",
            "frame component balance transfer card screen onboarding variant banking",
        ),
        page(
            "Banking app inspiration | Dribbble",
            "dribbble.com/tags/banking",
            "banking shots card balance screen popular designer",
        ),
        Window(
            "Preview",
            Kind.DOCUMENT_VIEWER,
            "banking-brief.pdf",
            "banking brief onboarding audience transfer balance tone deliverables",
        ),
    ],
    "poster": [
        Window(
            "Inkscape",
            Kind.DESIGN,
            "jazz-poster.svg - Inkscape",
            "festival jazz saxophone stage layer stroke opening evening band",
        ),
        Window(
            "GIMP",
            Kind.IMAGE_EDITOR,
            "saxophone.png-3.0 (RGB color 8-bit) \u2013 GIMP",
            "saxophone layers brush exposure crop festival",
        ),
        page(
            "Free saxophone photos | Unsplash",
            "unsplash.com/s/photos/saxophone",
            "saxophone jazz photos free download stage musician",
        ),
    ],
    "mails": [MAIL, SLACK],
}
