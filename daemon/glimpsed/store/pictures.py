"""Pictures: distinct bytes, and their tiles for as long as anything can be compared with them.

Rules of this file: other tables call a picture by its number, everybody else by its SHA-256. Tiles are large
and asked for by few: what comes next from a source, and a picture that is owed a description and may show
what was described shortly before. Who does not find them takes two pictures for different, which costs a
description and is never wrong.
"""

# ruff: noqa: S608 - what is pasted into SQL here are constants of this room

from glimpsed.core.model import Picture
from glimpsed.store.writer import Writer

LOOK_BACK = 8
"""How many shots of a source, the last before a shot, may have shown what it shows."""

KEPT = 100
"""How many shots of a source, the last of it, show pictures that keep their tiles; those that lie before each
other by time need not have come in that order."""

SIGHTINGS = 100
"""How many sightings of a picture are looked at, the last ones, before its tiles go."""

NUMBER = "(SELECT n FROM picture WHERE sha256 = ?)"
"""What other tables call a picture."""

COLUMNS = "picture.sha256, picture.width, picture.height, picture.format, picture.size"
TILES = "coalesce((SELECT digests FROM tiles WHERE tiles.picture = picture.n), x'')"
"""The tiles of a picture, nothing when they have gone."""

_ADD = """
INSERT INTO picture (sha256, width, height, format, size) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (sha256) DO NOTHING"""
_KEEP = f"""
INSERT INTO tiles (picture, digests) VALUES ({NUMBER}, ?) ON CONFLICT (picture) DO NOTHING"""
_LAST_OF = "SELECT max(picture) FROM (SELECT picture FROM tiles WHERE picture > ? ORDER BY picture LIMIT ?)"
# Each table is found by the one before it: SQLite would rather begin with the jobs, which are many.
_OWED = """
CROSS JOIN job INDEXED BY job_once ON job.kind IN ('read', 'describe') AND job.kind = 'describe'
  AND job.picture = picture.sha256 AND job.state IN ('deferred', 'queued', 'running')"""
_LET_GO = f"""
DELETE FROM tiles WHERE picture > ? AND picture <= ?
AND NOT EXISTS (SELECT 1 FROM picture {_OWED} WHERE picture.n = tiles.picture)
AND NOT EXISTS (
  SELECT 1 FROM shot
  WHERE shot.n IN (
    SELECT seen.n FROM shot AS seen WHERE seen.picture = tiles.picture ORDER BY seen.n DESC LIMIT {SIGHTINGS})
  AND (
    {KEPT} > (
      SELECT count(*) FROM (
        SELECT 1 FROM shot AS later INDEXED BY shot_arrival
        WHERE later.source = shot.source AND later.n > shot.n LIMIT {KEPT}))
    OR EXISTS (
      SELECT 1 FROM (
        SELECT later.picture AS shown FROM shot AS later INDEXED BY shot_arrival
        WHERE later.source = shot.source AND later.n > shot.n ORDER BY later.n LIMIT {LOOK_BACK}
      ) CROSS JOIN picture ON picture.n = shown {_OWED})))"""


def add(w: Writer, picture: Picture) -> bool:
    """Keep a picture, or only its tiles if it is known; whether it is new."""
    bindings = (picture.sha256, picture.width, picture.height, picture.format, picture.size)
    w.cx.execute(_ADD, bindings)
    new = bool(w.cx.changes())
    w.cx.execute(_KEEP, (picture.sha256, picture.tiles))
    return new


def let_go(w: Writer, after: int, most: int) -> int:
    """Look at up to `most` pictures behind number `after`; the tiles that nothing is compared with go.

    Gives where to go on, 0 after the last one.
    """
    last = w.cx.execute(_LAST_OF, (after, most)).get
    if last is None:
        return 0
    w.cx.execute(_LET_GO, (after, last))
    return int(last)
