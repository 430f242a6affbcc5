"""Title bars of applications of offices, practices and those who look after machines.

A line is `title bar => application => document`, as the rules tell them, by the kind of application;
`MENU_BARS` has those that name themselves in the menu bar of macOS alone.
"""

DESK = {
    "document_viewer": r"""
mill sheets.pdf - Bluebeam Revu x64 20 => Bluebeam Revu => mill sheets.pdf
mill.pdf - Foxit PDF Reader => Foxit PDF Editor => mill.pdf
mill.pdf - PDF-XChange Editor => PDF-XChange Editor => mill.pdf
mill.pdf - Drawboard PDF => Drawboard PDF => mill.pdf
mill.pdf - Nitro Pro => Nitro PDF Pro => mill.pdf
mill.pdf - [The Mill] - SumatraPDF => SumatraPDF => mill.pdf
mill.pdf - Power PDF Advanced => Power PDF => mill.pdf
mill.pdf - Wondershare PDFelement => PDFelement => mill.pdf
mill.pdf - ABBYY FineReader PDF 15 => ABBYY FineReader => mill.pdf
mill.pdf - Master PDF Editor => Master PDF Editor => mill.pdf
mill.pdf - PDF Expert => PDF Expert => mill.pdf
mill.pdf - PDF24 Reader => PDF24 => mill.pdf
mill.pdf - qpdfview => qpdfview => mill.pdf
mill.pdf - MuPDF => MuPDF => mill.pdf
mill.xopp - Xournal++ => Xournal++ => mill.xopp
NAPS2 - scan 7.pdf => NAPS2 => scan 7.pdf
""",
    "word_processor": r"""
manual.docx.sdlxliff [Translation] - Trados Studio 2022 => Trados Studio => manual.docx.sdlxliff
mills - SDL MultiTerm 2021 => Trados MultiTerm => mills
Manual DE-EN - memoQ 9.12 => memoQ => Manual DE-EN
OmegaT-5.7.1 :: manual => OmegaT => manual
manual.docx - Memsource Editor => Phrase TMS => manual.docx
manual.docx - Wordfast Pro => Wordfast => manual.docx
mill - Across Language Server => across Translator Edition => mill
manual.dvprj - Déjà Vu X3 => Déjà Vu X3 => manual.dvprj
manual - CafeTran Espresso => CafeTran Espresso => manual
mill - ApSIC Xbench => ApSIC Xbench => mill
de.po - Poedit => Poedit => de.po
mill - DeepL Translator => DeepL => mill
letter.tmdx - TextMaker 2024 => SoftMaker TextMaker => letter.tmdx
letter.docx - WPS Office => WPS Office => letter.docx
WordPerfect X9 - letter.wpd => WordPerfect => letter.wpd
letter.hwp - 한글 => Hancom Hangul => letter.hwp
letter.abw - AbiWord => AbiWord => letter.abw
The Mill - Scrivener => Scrivener => The Mill
mill.pap - Papyrus Autor => Papyrus Autor => mill.pap
mill.odt - FocusWriter => FocusWriter => mill.odt
mill.md - iA Writer => iA Writer => mill.md
""",
    "spreadsheet": r"""
budget.pmdx - PlanMaker 2024 => SoftMaker PlanMaker => budget.pmdx
budget.xlsx - WPS Spreadsheets => WPS Spreadsheets => budget.xlsx
""",
    "presentation": r"""
talk.pptx - WPS Presentation => WPS Presentation => talk.pptx
fractions.notebook - SMART Notebook => SMART Notebook => fractions.notebook
fractions.flipchart - ActivInspire => ActivInspire => fractions.flipchart
fractions - OpenBoard => OpenBoard => fractions
safety.story - Articulate Storyline => Articulate Storyline => safety.story
safety - iSpring QuizMaker => iSpring Suite => safety
""",
    "notes": r"""
mill.md - Typora => Typora => mill.md
mill.md - Zettlr => Zettlr => mill.md
mill.md - MarkText => MarkText => mill.md
June 3 - Roam Research => Roam Research => June 3
June 3 - Simplenote => Simplenote => June 3
June 3 - RemNote => RemNote => June 3
June 3 - Anytype => Anytype => June 3
mill - GoodNotes 5 => Goodnotes => mill
Mills - DEVONthink 3 => DEVONthink => Mills
Plan - Microsoft Loop => Microsoft Loop => Plan
talk - OmniOutliner => OmniOutliner => talk
""",
    "design": r"""
Plan - Microsoft Whiteboard => Microsoft Whiteboard => Plan
floor.vsdx - Visio Professional => Microsoft Visio => floor.vsdx
Mill - MindManager => MindManager => Mill
mill.xmind - Xmind => XMind => mill.xmind
mill.mm - Freeplane => Freeplane => mill.mm
mill.graphml - yEd => yEd => mill.graphml
mill.qea - Sparx Enterprise Architect => Sparx Enterprise Architect => mill.qea
floor - OmniGraffle => OmniGraffle => floor
""",
    "project_management": r"""
rebuild.mpp - Project Professional => Microsoft Project => rebuild.mpp
Primavera P6 Professional 21 : ada (Rebuild) => Primavera P6 => ada (Rebuild)
rebuild.pp - Asta Powerproject => Asta Powerproject => rebuild.pp
ProjectLibre - rebuild => ProjectLibre => rebuild
rebuild.gan - GanttProject => GanttProject => rebuild.gan
mill - Merlin Project => Merlin Project => mill
Forecast - OmniFocus 4 => OmniFocus => Forecast
rebuild - OmniPlan => OmniPlan => rebuild
Today - Todoist => Todoist => Today
Today - TickTick => TickTick => Today
Rebuild | Trello => Trello => Rebuild
Rebuild - Asana => Asana => Rebuild
Rebuild | ClickUp => ClickUp => Rebuild
Timer - Toggl Track => Toggl Track => Timer
""",
    "other": r"""
Orders - Airtable => Airtable => Orders
mill - Veyon Master => Veyon Master => mill
7b - Untis 2024 => Untis => 7b
""",
    "calendar": r"""
Calendar - KOrganizer => KOrganizer => Calendar
""",
    "web_browser": r"""
Quiz 3 - Respondus LockDown Browser => LockDown Browser => Quiz 3
""",
}
TRADE = {
    "other": r"""
DATEV Kanzlei-Rechnungswesen - [14230/2026 Metzgerei] => DATEV => 14230/2026 Metzgerei
Lexware buchhaltung pro 2024 - Mühle GmbH => Lexware => Mühle GmbH
Mill Ltd - Sage 50 Accounts => Sage 50 => Mill Ltd
Mill Inc - QuickBooks Desktop Pro 2023 - [Chart of Accounts] => QuickBooks => Mill Inc
mill - Quicken Classic Deluxe => Quicken => mill
SAP Easy Access - User menu for Ada Miller => SAP GUI => User menu for Ada Miller
SAP Business One 10.0 - Mill Ltd => SAP Business One => Mill Ltd
SAP Crystal Reports - [orders.rpt] => SAP BusinessObjects => orders.rpt
Customers - Microsoft Dynamics NAV => Microsoft Dynamics => Customers
Gateway of Tally - TallyPrime => TallyPrime => Gateway of Tally
Orders / Ada (1C:Enterprise) => 1C:Enterprise => Orders / Ada
mill.gnucash - Accounts - GnuCash => GnuCash => mill.gnucash - Accounts
mill.kmy — KMyMoney => KMyMoney => mill.kmy
mill.xhb - HomeBank => HomeBank => mill.xhb
mill - MoneyMoney => MoneyMoney => mill
Konten - StarMoney 14 => StarMoney => Konten
Oracle Applications - PROD => Oracle E-Business Suite => PROD
Orders - JD Edwards EnterpriseOne => JD Edwards EnterpriseOne => Orders
Epicor ERP - Order Entry => Epicor ERP => Order Entry
Orders - Infor SyteLine => Infor ERP LN => Orders
proALPHA - Aufträge => proALPHA => Aufträge
Aufträge - abas ERP => abas ERP => Aufträge
JTL-Wawi 1.6 - Aufträge => JTL-Wawi => Aufträge
Comarch ERP Optima - Młyn => Comarch ERP Optima => Młyn
Młyn - Subiekt GT => Subiekt GT => Młyn
mill - Stormware POHODA => Stormware POHODA => mill
Facturen - AFAS Profit => AFAS Profit => Facturen
Exact Globe Next - [Molen BV] => Exact Globe => Molen BV
Molen BV - SnelStart => SnelStart => Molen BV
Visma Administration - Kvarn AB => Visma Administration => Kvarn AB
Mill Pty - MYOB AccountRight => MYOB AccountRight => Mill Pty
Moulin SARL - EBP Compta => EBP Compta => Moulin SARL
Moulin SARL - Cegid Expert => Cegid Expert => Moulin SARL
Pedidos - TOTVS Protheus => TOTVS Protheus => Pedidos
WISO Steuer-Sparbuch 2024 - Miller.steuer2024 => WISO Steuer => Miller.steuer2024
SteuerSparErklärung 2024 - Miller => SteuerSparErklärung => Miller
Miller - TurboTax 2023 => TurboTax => Miller
Miller - Intuit ProSeries => ProSeries => Miller
UltraTax CS 2023 - Miller => UltraTax CS => Miller
Drake Tax 2023 - Miller => Drake Tax => Miller
Miller - CCH Axcess Tax => CCH Axcess => Miller
Miller v Weaver - iManage Work => iManage Work => Miller v Weaver
Worldox GX4 - Miller v Weaver => Worldox => Miller v Weaver
RA-MICRO E-Akte - 12/26 Müller ./. Weber => RA-MICRO => 12/26 Müller ./. Weber
12/26 Müller - AnNoText => AnNoText => 12/26 Müller
12/26 Müller - ADVOWARE => ADVOWARE => 12/26 Müller
12/26 Müller - Advolux => Advolux => 12/26 Müller
Miller - PCLaw => PCLaw => Miller
Miller - Amicus Attorney => Amicus Attorney => Miller
lease v3 - Litera Compare => Litera Compare => lease v3
Hyperspace - INTERNAL MEDICINE - PRD - ADA M. => Epic Hyperspace => INTERNAL MEDICINE - PRD - ADA M.
PowerChart Organizer for Miller, Ada => Cerner PowerChart =>
EMIS Web Health Care System - Mill Surgery => EMIS Web => Mill Surgery
SystmOne GP: Dr Ada Miller => SystmOne => Dr Ada Miller
MEDISTAR - Karteikarte => CGM MEDISTAR => Karteikarte
TurboMed - [Kartei] => CGM TURBOMED => Kartei
Wartezimmer - CGM ALBIS => CGM ALBIS => Wartezimmer
Wartezimmer - CGM M1 PRO => CGM M1 PRO => Wartezimmer
Wartezimmer - x.isynet => medatixx => Wartezimmer
mill - tomedo => tomedo => mill
Wartezimmer - T2med => T2med => Wartezimmer
Wartezimmer - DS-Win => DAMPSOFT DS-Win => Wartezimmer
Dentrix Chart - Miller, Ada => Dentrix => Miller, Ada
OnSchedule - Eaglesoft => Patterson Eaglesoft => OnSchedule
mill - Open Dental Software => Open Dental => mill
Schedule - eClinicalWorks => eClinicalWorks => Schedule
Schedule - NextGen EHR => NextGen EHR => Schedule
Schedule - Allscripts Professional EHR => Allscripts => Schedule
Orders - MEDITECH Expanse => MEDITECH => Orders
""",
    "database_client": r"""
Orders - FileMaker Pro => FileMaker Pro => Orders
""",
    "calendar": r"""
Agenda | Doctolib => Doctolib => Agenda
""",
    "document_viewer": r"""
Patient 4711 - Horos => Horos => Patient 4711
Patient 4711 - OsiriX MD => OsiriX => Patient 4711
Patient 4711 - RadiAnt DICOM Viewer => RadiAnt DICOM Viewer => Patient 4711
Patient 4711 - MicroDicom DICOM viewer => MicroDicom DICOM viewer => Patient 4711
Patient 4711 - Weasis => Weasis => Patient 4711
3D Slicer 5.2.2 - head.mrb => 3D Slicer => head.mrb
Patient 4711 - Sectra IDS7 => Sectra IDS7 => Patient 4711
Patient 4711 - SIDEXIS 4 => SIDEXIS 4 => Patient 4711
""",
    "word_processor": r"""
Letter - Dragon Medical One => Dragon Medical One => Letter
letter.dss - SpeechExec Pro Transcribe => SpeechExec => letter.dss
""",
}
TOOLS = {
    "database_client": r"""
a.sql - MILL.shop (ada (5))* - Microsoft SQL Server Management Studio => SQL Server Management Studio => a.sql
orders.sql - Azure Data Studio => Azure Data Studio => orders.sql
Toad for Oracle - [ADA@SHOP - Editor] => Toad for Oracle => ADA@SHOP - Editor
Oracle SQL Developer : shop~1 => Oracle SQL Developer => shop~1
PL/SQL Developer - ada@SHOP => PL/SQL Developer => ada@SHOP
orders @shop (mill) - Table - Navicat Premium => Navicat => orders @shop (mill) - Table
mill\shop\orders\ - HeidiSQL 12.6.0.6765 => HeidiSQL => mill\shop\orders\
orders - TablePlus => TablePlus => orders
shop - Sequel Ace => Sequel Ace => shop
MongoDB Compass - mill/shop.orders => MongoDB Compass => mill/shop.orders
shop - Studio 3T => Studio 3T => shop
cache - RedisInsight => RedisInsight => cache
SQLiteStudio (3.4.4) - [orders] => SQLiteStudio => orders
orders - Beekeeper Studio => Beekeeper Studio => orders
DbVisualizer Pro 23.2 - shop => DbVisualizer => shop
""",
    "other": r"""
orders - SoapUI 5.7.0 => SoapUI => orders
capture 7 - Progress Telerik Fiddler Classic => Fiddler Classic => capture 7
Burp Suite Professional v2023.10 - shop => Burp Suite => shop
mill.kdbx - KeePass => KeePass => mill.kdbx
Logins — 1Password => 1Password => Logins
""",
    "system": r"""
Capturing from Ethernet => Wireshark => Ethernet
mill.example.com - Remote Desktop Connection => Remote Desktop Connection => mill.example.com
Remote Desktop Manager - [mill] => Remote Desktop Manager => mill
servers - Royal TS => Royal TS => servers
mRemoteNG - confCons.xml - mill => mRemoteNG => confCons.xml
MILL-PC - TeamViewer => TeamViewer => MILL-PC
123 456 789 - AnyDesk => AnyDesk => 123 456 789
123 456 789 - RustDesk => RustDesk => 123 456 789
mill.example.com - VNC Viewer => VNC Viewer => mill.example.com
mill - Remmina => Remmina => mill
Desk 7 - Citrix Workspace => Citrix Workspace => Desk 7
Debian 12 - VMware Workstation 17 Player (Non-commercial use only) => VMware Workstation => Debian 12
Desk 7 - VMware Horizon Client => VMware Horizon Client => Desk 7
Windows 11 - Parallels Desktop => Parallels Desktop => Windows 11
Debian 12 on MILL - Virtual Machine Connection => Hyper-V Manager => Debian 12 on MILL
mill.local - Active Directory Users and Computers => Active Directory Users and Computers => mill.local
Desks - Group Policy Management Editor => Group Policy Management => Desks
mill - Internet Information Services (IIS) Manager => Internet Information Services Manager => mill
Process Explorer - MILL\ada => Process Explorer => MILL\ada
""",
    "terminal": r"""
mill.example.com - PuTTY => PuTTY => mill.example.com
mill - MobaXterm => MobaXterm => mill
mill.example.com - SecureCRT => SecureCRT => mill.example.com
mill - Xshell 7 => Xshell => mill
COM3 - Tera Term VT => Tera Term => COM3
mill - Termius => Termius => mill
MINGW64:/c/src/shop => Git Bash => /c/src/shop
shop - ConEmu 210912 => ConEmu => shop
shop : bash — Yakuake => Yakuake => shop : bash
ada@mill - Guake Terminal => Guake => ada@mill
""",
    "file_manager": r"""
/srv/shop - ada@mill - WinSCP => WinSCP => /srv/shop - ada@mill
mill.example.com — Cyberduck => Cyberduck => mill.example.com
Total Commander (x64) 10.52 - Ada => Total Commander => Ada
Double Commander 1.0.11 - Ada => Double Commander => Ada
D:\work - FreeCommander XE => FreeCommander => D:\work
D:\work - Directory Opus => Directory Opus => D:\work
D:\work - XYplorer 24.00 => XYplorer => D:\work
work — Krusader => Krusader => work
work - PCManFM-Qt => PCManFM => work
mill - Midnight Commander => Midnight Commander => mill
mill.rar - WinRAR (evaluation copy) => WinRAR => mill.rar
mill.zip - PeaZip => PeaZip => mill.zip
""",
    "code_editor": r"""
old <--> new - Folder Compare - Beyond Compare => Beyond Compare => old <--> new - Folder Compare
WinMerge - [orders.py - orders.py] => WinMerge => orders.py
orders.py — KDiff3 => KDiff3 => orders.py
shop - Sourcetree => Sourcetree => shop
D:\work\shop - Log Messages - TortoiseGit => TortoiseGit => D:\work\shop - Log Messages
shop - SmartGit 23.1 => SmartGit => shop
shop (main) - Git Extensions => Git Extensions => shop (main)
shop - Sublime Merge => Sublime Merge => shop
shop — orders.ipynb - DataSpell => DataSpell => orders.ipynb
shop — orders.rb - RubyMine => RubyMine => orders.rb
shop — orders.swift - AppCode => AppCode => orders.swift
shop — orders.py - JetBrains Client => JetBrains Gateway => orders.py
shop - Apache NetBeans IDE 17 => NetBeans => shop
main.cpp @ shop - Qt Creator => Qt Creator => main.cpp
shop - [ main.cpp ] — KDevelop => KDevelop => main.cpp
main.c [shop] - Code::Blocks 20.03 => Code::Blocks => main.c
main.c - [shop] - Dev-C++ 5.11 => Dev-C++ => main.c
gate | Arduino IDE 2.2.1 => Arduino IDE => gate
shop - Delphi 11 - Unit1 => RAD Studio => shop
Lazarus IDE v2.2.6 - shop => Lazarus IDE => shop
MPLAB X IDE v6.15 - gate => MPLAB X IDE => gate
D:\work\gate.uvprojx - µVision => Keil uVision => D:\work\gate.uvprojx
gate - IAR Embedded Workbench IDE => IAR Embedded Workbench => gate
work - gate/main.c - STM32CubeIDE => STM32CubeIDE => gate/main.c
work - gate/main.c - Code Composer Studio => Code Composer Studio => gate/main.c
Thonny - D:\work\total.py @ 4 : 1 => Thonny => D:\work\total.py
Microsoft Visual Basic for Applications - orders.xlsm - [Module1 (Code)] => Visual Basic Editor => orders.xlsm
topic.xml - [D:\docs\topic.xml] - <oXygen/> XML Editor => Oxygen XML Editor => topic.xml
Altova XMLSpy - [topic.xml] => Altova XMLSpy => topic.xml
UltraEdit - [D:\work\list.txt*] => UltraEdit => D:\work\list.txt
list.txt - EmEditor => EmEditor => list.txt
EditPlus - [list.txt] => EditPlus => list.txt
list.txt - BBEdit => BBEdit => list.txt
list.txt — TextMate => TextMate => list.txt
list.txt — CotEditor => CotEditor => list.txt
UiPath Studio - invoices => UiPath Studio => invoices
invoices | Power Automate => Power Automate => invoices
""",
    "notes": r"""
list.txt - FeatherPad => FeatherPad => list.txt
""",
    "email": r"""
Inbox - ada@example.com - eM Client => eM Client => Inbox - ada@example.com
Inbox - The Bat! => The Bat! => Inbox
Inbox - Mailspring => Mailspring => Inbox
Inbox - ada@example.com - Claws Mail 4.1.1 => Claws Mail => Inbox - ada@example.com
Inbox - HCL Notes => HCL Notes => Inbox
Inbox - Foxmail => Foxmail => Inbox
Mailbox - Novell GroupWise => GroupWise => Mailbox
mill - Spark Desktop => Spark Mail => mill
""",
    "chat": r"""
Bo Weaver - WeChat => WeChat => Bo Weaver
Bo Weaver - WeCom => WeCom => Bo Weaver
Millers - DingTalk => DingTalk => Millers
Millers - 飞书 => Feishu => Millers
Bo Weaver - KakaoTalk => KakaoTalk => Bo Weaver
Bo Weaver - Rakuten Viber => Viber => Bo Weaver
Bo Weaver - Threema => Threema => Bo Weaver
Millers - Google Chat => Google Chat => Millers
Conversation - Skype for Business => Skype for Business => Conversation
Bo Weaver - Cisco Jabber => Cisco Jabber => Bo Weaver
Millers - RingCentral => RingCentral => Millers
""",
    "video_conference": r"""
mill - FaceTime => FaceTime => mill
Millers - GoTo Meeting => GoTo Meeting => Millers
Millers - 腾讯会议 => Tencent Meeting => Millers
""",
    "web_browser": r"""
Mills — LibreWolf => LibreWolf => Mills
Mills — Zen Browser => Zen Browser => Mills
Mills — Яндекс Браузер => Yandex Browser => Mills
Mills - SeaMonkey => SeaMonkey => Mills
Mills - Falkon => Falkon => Mills
Mills — Konqueror => Konqueror => Mills
Mills - qutebrowser => qutebrowser => Mills
Mills — Waterfox => Waterfox => Mills
""",
}
MENU_BARS = """
Ulysses => Ulysses for Mac => word_processor
Bear => Bear for Mac => notes
Craft => Craft Docs => notes
Notability => Notability for Mac => notes
Freeform => Apple Freeform => design
Things => Things for Mac => project_management
Reminders => Apple Reminders => project_management
Contacts => Apple Contacts => other
Fantastical => Fantastical for Mac => calendar
Airmail => Airmail for Mac => email
"""
