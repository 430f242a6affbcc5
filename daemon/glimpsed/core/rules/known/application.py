"""What the rules know of an application, and the notation of the tables in this room.

Rules of this file: an entry lists only what the application itself draws, never what its documents may
contain. Alternatives are separated by `|`. An everyday word is no good name: `Minutes - Draft` would be taken
for it. To add an application, add an entry to the table of its kind, and a title bar of it to
`tests/title_bars_of_makers.py` or `tests/title_bars_of_offices.py`.

* `titles`: how a title bar names it after (or before) the document; the name itself is always one.
* `bar`: how a macOS menu bar or a GNOME top bar names it, where that differs.
* `menu`: its menu bar or ribbon, left to right.
* `cues`: phrases found only in this application; part of a line is enough, and one of them decides where
  nothing else is known. Compared folded, so letters and digits must make them unique (a test sees to it).
* `marks`: the same for signs that folding drops: compared as they stand, but for spaces.
* `labels`: short whole lines that support it together with others (tabs, buttons, side bars, status bars).
* `form`: a regular expression of a title bar that names it in no such way; `document` is a group, if any.
* `activity`: what is done in it, where its kind does not tell.
* `process`: the word by which screenshot tools put it into file names (Android, ShareX).
"""

import msgspec

from glimpsed.core.model import Activity, ApplicationType


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
    form: str = ""
    activity: Activity | None = None
    process: str = ""
