"""Which names may be screenshots, and which folders are not looked into.

Rules of this file: pure; names are bytes. A name is all that is judged here: what it stands for (a folder,
a pipe, a text file) is found out by the reader, so that it ends as a rejection with a reason.
"""

SUFFIXES = (
    *(b".png", b".jpg", b".jpeg", b".webp"),
    # The reader refuses these, and says so: better than a picture that silently never comes.
    *(b".gif", b".bmp", b".tif", b".tiff", b".avif", b".heic", b".jxl"),
)
"""How the name of a picture ends. Unfinished downloads (`.part`, `.crdownload`, `.tmp`) end otherwise."""

_PRIVATE = (b".", b"~")
"""How the names of temporary and hidden things begin: of editors, Syncthing (`~syncthing~`), macOS (`._`)."""

_NOT_FOLDERS_OF_PEOPLE = frozenset(
    [*b"@eadir #recycle #snapshot $recycle.bin __macosx lost+found".split(), b"system volume information"]
)
"""What Synology, Windows, macOS and ext4 leave behind: thumbnails, deleted and older pictures."""


def is_candidate(name: bytes) -> bool:
    """A file of this name may be a screenshot."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(_PRIVATE)


def is_open_folder(name: bytes) -> bool:
    """A folder of this name is looked into."""
    return not name.startswith(_PRIVATE) and name.lower() not in _NOT_FOLDERS_OF_PEOPLE


def is_below_open_folders(path: bytes, root: bytes) -> bool:
    """Every folder between `root` and `path` is one that is looked into; `path` lies below `root`."""
    *folders, _ = path[len(root) :].strip(b"/").split(b"/")
    return all(map(is_open_folder, folders))
