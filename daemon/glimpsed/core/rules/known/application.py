"""What the rules know of an application, and the notation of the tables in this room.

Rules of this file: an entry lists only what the application itself draws, never what its documents may
contain. Alternatives are separated by `|`. To add an application, add an entry to the table of its kind and a
case to `tests/core/test_rules_applications.py`.

* `titles`: how a title bar names it after (or before) the document; the name itself is always one.
* `bar`: how a macOS menu bar or a GNOME top bar names it, where that differs.
* `menu`: its menu bar or ribbon, left to right.
* `cues`: phrases found only in this application; part of a line is enough, and one of them decides where
  nothing else is known. Compared folded, so letters and digits must make them unique (a test sees to it).
* `marks`: the same for signs that folding drops: compared as they stand, but for spaces.
* `labels`: short whole lines that support it together with others (tabs, buttons, side bars, status bars).
* `process`: the word by which screenshot tools put it into file names (Android, ShareX).
"""

import msgspec

from glimpsed.core.model import ApplicationType


class Application(msgspec.Struct, frozen=True):
    """An application, and what gives it away on a screen."""

    name: str
    kind: ApplicationType
    titles: str = ""
    bar: str = ""
    menu: str = ""
    cues: str = ""
    marks: str = ""
    labels: str = ""
    process: str = ""
