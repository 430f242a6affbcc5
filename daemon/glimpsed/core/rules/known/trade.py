"""Accounts, taxes, stock, law and medicine: data alone, in the notation that `application` explains."""

from glimpsed.core.model import Activity
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

TRADE: tuple[Application, ...] = (
    Application(
        "DATEV",
        Kind.OTHER,
        titles=(
            "DATEV Arbeitsplatz|DATEV Kanzlei-Rechnungswesen|DATEV Rechnungswesen|"
            "DATEV Kanzlei-Rechnungswesen pro|DATEV LODAS|DATEV Lohn und Gehalt|"
            "DATEV Anlagenbuchführung|DATEV Eigenorganisation|DATEV DMS|DATEV Unternehmen online|"
            "DATEV Mittelstand|DATEV Einkommensteuer|DATEV Anwalt classic|DATEV Arbeitsplatz pro"
        ),
    ),
    Application(
        "Lexware",
        Kind.OTHER,
        titles=(
            "Lexware buchhaltung|Lexware buchhaltung pro|Lexware buchhalter|Lexware faktura+auftrag|"
            "Lexware financial office|Lexware financial office pro|Lexware warenwirtschaft|"
            "Lexware warenwirtschaft pro|Lexware lohn+gehalt|Lexware lohn+gehalt pro|"
            "Lexware büroeasy|lexoffice"
        ),
    ),
    Application(
        "Sage 50",
        Kind.OTHER,
        titles=(
            "Sage 50 Accounts|Sage 50 Accounting|Sage 50cloud|Sage 50 Accounts Professional|"
            "Sage 50cloud Accounts|Sage 100|Sage 100cloud|Sage 200|Sage 200 Evolution|Sage 300|"
            "Sage X3|Sage Business Cloud|Sage Intacct|Sage ContaPlus"
        ),
    ),
    Application(
        "QuickBooks",
        Kind.OTHER,
        titles=(
            "QuickBooks Desktop|QuickBooks Desktop Pro|QuickBooks Desktop Premier|"
            "QuickBooks Desktop Enterprise Solutions|QuickBooks Enterprise Solutions|"
            "QuickBooks Online|QuickBooks Desktop Pro Plus|QuickBooks Desktop Accountant"
        ),
    ),
    Application(
        "Quicken",
        Kind.OTHER,
        titles=(
            "Quicken Classic|Quicken Classic Deluxe|Quicken Classic Premier|Quicken Deluxe|"
            "Quicken Premier|Quicken Home & Business"
        ),
    ),
    Application(
        "SAP GUI",
        Kind.OTHER,
        titles=(
            "SAP Logon|SAP Logon 750|SAP Logon 760|SAP Logon 770|SAP Logon 800|SAP Easy Access|"
            "SAP Business Client"
        ),
    ),
    Application("SAP Business One", Kind.OTHER, titles="SAP Business One Client"),
    Application(
        "SAP BusinessObjects",
        Kind.OTHER,
        titles="SAP Crystal Reports|Crystal Reports",
        activity=Activity.DATA_ANALYSIS,
    ),
    Application(
        "Microsoft Dynamics",
        Kind.OTHER,
        titles=(
            "Microsoft Dynamics NAV|Microsoft Dynamics AX|Microsoft Dynamics GP|"
            "Microsoft Dynamics AX 2012|Microsoft Dynamics 365 Finance|Dynamics NAV|"
            "Dynamics 365 Business Central|Microsoft Dynamics 365 Business Central|"
            "Microsoft Dynamics NAV Development Environment"
        ),
    ),
    Application(
        "TallyPrime",
        Kind.OTHER,
        titles="Tally.ERP 9|TallyPrime Silver|TallyPrime Gold|TallyPrime EDU",
    ),
    Application(
        "1C:Enterprise",
        Kind.OTHER,
        titles="1C:Предприятие",
        form=r"^(?P<document>.{1,160}?)\s*\(1\w:(?:Enterprise|Предприятие)[^)]{0,20}\)$",
    ),
    Application("GnuCash", Kind.OTHER),
    Application("KMyMoney", Kind.OTHER),
    Application("HomeBank", Kind.OTHER),
    Application("MoneyMoney", Kind.OTHER),
    Application("StarMoney", Kind.OTHER, titles="StarMoney Business|StarMoney Deluxe"),
    Application("Oracle E-Business Suite", Kind.OTHER, titles="Oracle Applications"),
    Application("JD Edwards EnterpriseOne", Kind.OTHER),
    Application("Epicor ERP", Kind.OTHER, titles="Epicor Kinetic"),
    Application("Infor ERP LN", Kind.OTHER, titles="Infor SyteLine|Infor CloudSuite"),
    Application("proALPHA", Kind.OTHER),
    Application("abas ERP", Kind.OTHER),
    Application("JTL-Wawi", Kind.OTHER),
    Application("Comarch ERP Optima", Kind.OTHER, titles="Comarch ERP XL"),
    Application("Subiekt GT", Kind.OTHER, titles="Subiekt nexo"),
    Application("Stormware POHODA", Kind.OTHER),
    Application("AFAS Profit", Kind.OTHER),
    Application("Exact Globe", Kind.OTHER, titles="Exact Globe Next|Exact Globe+"),
    Application("SnelStart", Kind.OTHER),
    Application("Visma Administration", Kind.OTHER, titles="Visma Business|Visma Lön|Visma Global"),
    Application("MYOB AccountRight", Kind.OTHER, titles="MYOB AccountRight Plus|MYOB AccountRight Live"),
    Application("EBP Compta", Kind.OTHER, titles="EBP Gestion Commerciale|EBP Compta Classic"),
    Application("Cegid Expert", Kind.OTHER, titles="Cegid Quadra|Quadra Compta"),
    Application("TOTVS Protheus", Kind.OTHER),
    Application(
        "WISO Steuer",
        Kind.OTHER,
        titles="WISO Steuer-Sparbuch|WISO steuer:Sparbuch|WISO Mein Büro|WISO MeinBüro|WISO Mein Geld",
    ),
    Application("SteuerSparErklärung", Kind.OTHER),
    Application("TurboTax", Kind.OTHER, titles="TurboTax Deluxe|TurboTax Premier|TurboTax Home & Business"),
    Application("ProSeries", Kind.OTHER, titles="Intuit ProSeries|ProSeries Professional|Lacerte Tax"),
    Application("UltraTax CS", Kind.OTHER),
    Application("Drake Tax", Kind.OTHER, titles="Drake Software"),
    Application(
        "CCH Axcess",
        Kind.OTHER,
        titles="CCH ProSystem fx Tax|CCH Axcess Tax|CaseWare Working Papers",
    ),
    Application(
        "FileMaker Pro",
        Kind.DATABASE_CLIENT,
        titles="FileMaker Pro Advanced|FileMaker|Claris FileMaker Pro",
    ),
    Application(
        "iManage Work",
        Kind.OTHER,
        titles="iManage Work Desktop for Windows|iManage FileSite|iManage DeskSite",
    ),
    Application("Worldox", Kind.OTHER, titles="Worldox GX3|Worldox GX4"),
    Application("RA-MICRO", Kind.OTHER, titles="RA-MICRO Kanzleisoftware|RA-MICRO E-Akte"),
    Application("AnNoText", Kind.OTHER),
    Application("ADVOWARE", Kind.OTHER),
    Application("Advolux", Kind.OTHER),
    Application("PCLaw", Kind.OTHER, titles="PCLaw Time Matters"),
    Application("Amicus Attorney", Kind.OTHER),
    Application("Litera Compare", Kind.OTHER, titles="Workshare Compare"),
    Application(
        "Epic Hyperspace",
        Kind.OTHER,
        titles="Epic Hyperdrive",
        form=r"^Hyper(?:space|drive) \W (?P<document>[^a-z]{1,80} \W .{1,80})",
    ),
    Application(
        "Cerner PowerChart",
        Kind.OTHER,
        titles="PowerChart|Cerner Millennium|Cerner FirstNet",
        form=r"^PowerChart Organizer for\b",
    ),
    Application("EMIS Web", Kind.OTHER, titles="EMIS Web Health Care System"),
    Application(
        "SystmOne",
        Kind.OTHER,
        titles="SystmOne GP|TPP SystmOne|SystmOne Community|SystmOne Hospital",
    ),
    Application("CGM MEDISTAR", Kind.OTHER, titles="MEDISTAR"),
    Application("CGM TURBOMED", Kind.OTHER, titles="TurboMed"),
    Application("CGM ALBIS", Kind.OTHER, titles="CompuGroup ALBIS"),
    Application("CGM M1 PRO", Kind.OTHER),
    Application("medatixx", Kind.OTHER, titles="x.isynet|x.concept|x.comfort"),
    Application("tomedo", Kind.OTHER),
    Application("T2med", Kind.OTHER),
    Application("DAMPSOFT DS-Win", Kind.OTHER, titles="DS-Win|DS-Win-Plus"),
    Application("Dentrix", Kind.OTHER, titles="Dentrix Chart|Dentrix Appointments"),
    Application("Patterson Eaglesoft", Kind.OTHER, titles="Eaglesoft"),
    Application("Open Dental", Kind.OTHER, titles="Open Dental Software"),
    Application("eClinicalWorks", Kind.OTHER),
    Application("NextGen EHR", Kind.OTHER, titles="NextGen Healthcare|NextGen Enterprise"),
    Application("Allscripts", Kind.OTHER, titles="Allscripts Professional EHR|Veradigm EHR"),
    Application("MEDITECH", Kind.OTHER, titles="MEDITECH Expanse"),
    Application("Doctolib", Kind.CALENDAR, titles="Doctolib Pro"),
    Application("Horos", Kind.DOCUMENT_VIEWER),
    Application("OsiriX", Kind.DOCUMENT_VIEWER, titles="OsiriX MD|OsiriX Lite"),
    Application("RadiAnt DICOM Viewer", Kind.DOCUMENT_VIEWER),
    Application("MicroDicom DICOM viewer", Kind.DOCUMENT_VIEWER, titles="MicroDicom"),
    Application("Weasis", Kind.DOCUMENT_VIEWER, titles="Weasis DICOM viewer"),
    Application("3D Slicer", Kind.DOCUMENT_VIEWER),
    Application("Sectra IDS7", Kind.DOCUMENT_VIEWER, titles="Sectra PACS"),
    Application("SIDEXIS 4", Kind.DOCUMENT_VIEWER, titles="Sidexis"),
    Application(
        "Dragon Medical One",
        Kind.WORD_PROCESSOR,
        titles=("Dragon NaturallySpeaking|Dragon Professional Individual|Dragon Medical Practice Edition"),
    ),
    Application(
        "SpeechExec",
        Kind.WORD_PROCESSOR,
        titles="SpeechExec Pro Dictate|SpeechExec Pro Transcribe|Philips SpeechExec",
    ),
)
