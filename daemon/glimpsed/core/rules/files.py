"""Names of files in text, spelled right where OCR is known to err in a way that has one reading (`.xIsx`).

Rules of this file: pure; an extension is one of those that are listed.
"""

import re

from glimpsed.core.rules.folding import fold

_LISTED = (
    "py|pyi|ipynb|js|mjs|cjs|jsx|ts|tsx|vue|svelte|html|htm|css|scss|less|json|jsonl|yaml|yml|toml|"
    "ini|cfg|conf|env|lock|md|rst|txt|log|csv|tsv|xml|sql|db|sqlite|sh|bash|zsh|fish|ps1|bat|cmd|c|h|"
    "cc|cpp|hpp|cxx|rs|go|java|kt|kts|scala|rb|php|pl|lua|r|jl|swift|m|dart|ex|exs|erl|hs|clj|lisp|"
    "el|vim|tex|bib|odt|ods|odp|odg|odb|doc|docx|xls|xlsx|xlsm|ppt|pptx|pdf|epub|rtf|png|jpg|jpeg|"
    "gif|svg|webp|bmp|tif|tiff|xcf|psd|ai|kra|blend|ico|mp3|mp4|mkv|avi|mov|webm|wav|flac|ogg|zip|"
    "tar|gz|bz2|xz|7z|rar|deb|rpm|exe|msi|dll|so|whl|jar|apk|iso|img|gguf|proto|tf|diff|patch|"
    "cs|vb|fs|sln|csproj|gradle|cmake|f90|asm|vhd|rmd|qmd|rdata|rds|mat|sav|dta|sps|opju|pzfx|parquet|pbix|"
    "twb|twbx|dwg|dxf|dgn|rvt|rfa|ifc|pln|skp|3dm|sldprt|sldasm|slddrw|ipt|iam|idw|catpart|stp|stl|gcode|"
    "f3d|qgz|shp|gpkg|geojson|kml|indd|idml|afpub|afdesign|afphoto|cdr|eps|xd|heic|cr2|cr3|nef|arw|dng|"
    "c4d|fbx|glb|gltf|obj|ztl|tscn|uasset|prproj|aep|drp|veg|srt|sib|dorico|mscz|musx|musicxml|midi|"
    "aup3|aif|aiff|m4a|logicx|ptx|als|flp|cpr|rpp|sdlxliff|xliff|tmx|tbx|mqxliff|mpp|vsdx|drawio|xmind|"
    "msg|eml|pst|ics|vcf|mobi|azw3|djvu"
)
_EXTENSIONS = tuple(_LISTED.split("|"))
_SPELLED = {fold(ext): ext for ext in reversed(_EXTENSIONS)}
_FILE = re.compile(
    r"(?<![\w@./\\~-])(?P<stem>(?:[A-Za-z]:\\|~?/|\.{1,2}/)?(?:[\w.+-]+[/\\])*[\w+-][\w.+-]*)\.(?P<ext>[A-Za-z][\w|]{0,7}|3dm)"
    r"(?![\w(/\\]|\.\w)"
)
_BEFORE = re.compile(r"[\u2014\u2013|\u2022\u00b7\u25cf*\[(]|:\s|\s-+\s")
"""What stands between the words of a title and the name of a file."""


def mended(text: str) -> str:
    """Spell known file extensions right where OCR took one letter for its twin (`xIsx`, `htm1`)."""
    return _FILE.sub(lambda m: f"{m['stem']}.{_extension(m['ext']) or m['ext']}", text)


def files_in(text: str) -> list[str]:
    """File names and paths in `text` that have a known extension."""
    return [f"{m['stem']}.{ext}" for m in _FILE.finditer(text) if (ext := _extension(m["ext"]))]


def file_named(title: str) -> str:
    """The first file that a title names, with all words of its name; empty if there is none."""
    text = mended(title)
    name = next(iter(files_in(text)), "")
    return _BEFORE.split(text[: text.index(name)])[-1].lstrip(" *[(") + name if name else ""


def _extension(read: str) -> str | None:
    if read.lower() in _EXTENSIONS:
        return read
    return _SPELLED.get(fold(read)) if len(read) > 2 else None  # noqa: PLR2004 - too short to mend
