"""File managers, viewers of documents, databases: data alone, in the notation that `application` explains."""

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

_IDE_MENU = "File|Edit|View|Navigate|Code|Refactor|Build|Run|Tools|VCS|Git|Window|Help"

FILES: tuple[Application, ...] = (
    Application(
        "Files",
        Kind.FILE_MANAGER,
        titles="Files|Nautilus|Nemo|Caja",
        bar="Files|Dateien|Fichiers|Archivos",
        cues="Other Locations",
        labels=(
            "Recent|Starred|Home|Desktop|Documents|Downloads|Music|Pictures|Videos|Trash|"
            "Other Locations|Network"
        ),
    ),
    Application(
        "Dolphin",
        Kind.FILE_MANAGER,
        menu="File|Edit|View|Go|Tools|Settings|Help",
        labels=(
            "Places|Home|Desktop|Documents|Downloads|Remote|Network|Recent Files|Recent Locations|"
            "Devices|Trash"
        ),
    ),
    Application(
        "Thunar",
        Kind.FILE_MANAGER,
        titles="Thunar|File Manager",
        menu="File|Edit|View|Go|Bookmarks|Help",
        labels="Places|Devices|File System|Browse Network|Trash|Desktop",
    ),
    Application(
        "File Explorer",
        Kind.FILE_MANAGER,
        titles=(
            "File Explorer|Windows Explorer|Datei-Explorer|Explorateur de fichiers|Explorador de archivos|"
            "Esplora file|Verkenner|Eksplorator plików"
        ),
        cues="Date modified|Local Disk (C:)|Devices and drives|Network locations",
        labels=(
            "This PC|Gallery|Desktop|Downloads|Documents|Pictures|Music|Videos|Quick access|OneDrive|"
            "Network|Date modified|Type|Size|Name|Home|File folder|Details"
        ),
    ),
    Application(
        "Finder",
        Kind.FILE_MANAGER,
        menu="File|Edit|View|Go|Window|Help",
        labels=(
            "AirDrop|Recents|Applications|Desktop|Documents|Downloads|iCloud Drive|Date Modified|Kind|"
            "Locations|Tags|Macintosh HD"
        ),
    ),
    Application(
        "Document Viewer",
        Kind.DOCUMENT_VIEWER,
        titles="Document Viewer|Evince|Papers|Xreader|Atril",
        bar="Document Viewer|Dokumentenbetrachter|Visionneur de documents|Visor de documentos",
    ),
    Application(
        "Okular",
        Kind.DOCUMENT_VIEWER,
        menu="File|Edit|View|Go|Bookmarks|Tools|Settings|Help",
        labels="Thumbnails|Annotations|Contents|Reviews|Fit Width",
    ),
    Application(
        "Adobe Acrobat",
        Kind.DOCUMENT_VIEWER,
        titles=(
            "Adobe Acrobat Reader|Adobe Acrobat|Adobe Acrobat Pro|Adobe Acrobat Reader DC|"
            "Adobe Acrobat Reader (64-bit)"
        ),
        bar="Acrobat|Acrobat Pro|Acrobat Reader|Adobe Acrobat|Adobe Acrobat Pro|Adobe Acrobat Reader",
        menu="File|Edit|View|Sign|Window|Help",
        labels="All tools|Export a PDF|Fill & Sign|Combine files|Edit a PDF",
    ),
    Application(
        "Preview",
        Kind.DOCUMENT_VIEWER,
        bar="Preview|Vorschau|Aperçu|Vista Previa|Anteprima",
        menu="File|Edit|View|Go|Tools|Bookmarks|Window|Help",
    ),
    Application("Calibre", Kind.DOCUMENT_VIEWER, titles="calibre"),
    Application(
        "Zotero",
        Kind.DOCUMENT_VIEWER,
        menu="File|Edit|View|Tools|Help",
        labels="My Library|My Publications|Duplicate Items|Unfiled Items",
    ),
    Application("Archive Manager", Kind.FILE_MANAGER, titles="Archive Manager|File Roller|Ark|7-Zip"),
    Application(
        "FileZilla",
        Kind.FILE_MANAGER,
        menu="File|Edit|View|Transfer|Server|Bookmarks|Help",
        cues="Quickconnect",
    ),
    Application(
        "DBeaver",
        Kind.DATABASE_CLIENT,
        titles="DBeaver|DBeaver Community",
        menu="File|Edit|Navigate|Search|SQL Editor|Database|Window|Help",
        cues="Database Navigator",
        labels="Database Navigator|Projects|Project - General|Auto|Commit|Rollback",
    ),
    Application(
        "pgAdmin",
        Kind.DATABASE_CLIENT,
        titles="pgAdmin 4|pgAdmin",
        menu="File|Object|Tools|Edit|View|Window|Help",
        cues="Data Output Messages",
        labels=(
            "Object Explorer|Browser|Dashboard|Dependencies|Dependents|Query History|Data Output|Processes"
        ),
    ),
    Application("DataGrip", Kind.DATABASE_CLIENT, menu=_IDE_MENU, labels="Database Explorer"),
    Application(
        "MySQL Workbench",
        Kind.DATABASE_CLIENT,
        menu="File|Edit|View|Query|Database|Server|Tools|Scripting|Help",
    ),
    Application(
        "DB Browser for SQLite",
        Kind.DATABASE_CLIENT,
        menu="File|Edit|View|Tools|Help",
        labels="Database Structure|Browse Data|Edit Pragmas|Execute SQL",
    ),
    Application(
        "Postman",
        Kind.OTHER,
        labels="Collections|Environments|Mock servers|Workspaces|Params|Authorization|Pre-request Script",
    ),
    Application(
        "Docker Desktop", Kind.SYSTEM, labels="Containers|Images|Volumes|Builds|Dev Environments|Docker Scout"
    ),
)
