"""What models took when they were loaded, one row for a pair of files and the settings that matter.

Rules of this file: the latest load counts. A row is found by what the files are, not by what they are called.
"""

import apsw
import msgspec

from glimpsed.core.fit import Measurement
from glimpsed.store.writer import Writer

_KEEP = """
INSERT INTO measurement (files, settings, buffers, rss, at_ms) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (files, settings) DO UPDATE SET
  buffers = excluded.buffers, rss = excluded.rss, at_ms = excluded.at_ms"""
_FIND = "SELECT buffers, rss FROM measurement WHERE files = ? AND settings = ?"


def keep(w: Writer, files: str, settings: str, measurement: Measurement) -> None:
    """Keep what a load took; `files` is a fingerprint, `settings` names what it depends on."""
    buffers = msgspec.json.encode(measurement.buffers).decode()
    w.cx.execute(_KEEP, (files, settings, buffers, measurement.rss, w.now_ms))


def find(cx: apsw.Connection, files: str, settings: str) -> Measurement | None:
    """What the last load of these files with these settings took, None when there was none."""
    row = cx.execute(_FIND, (files, settings)).fetchone()
    if row is None:
        return None
    buffers, rss = row
    return Measurement(msgspec.json.decode(buffers, type=dict[str, int]), rss)
