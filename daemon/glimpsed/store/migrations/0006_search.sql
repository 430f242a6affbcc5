-- Search. Pictures get a number that stays theirs, which the index calls them by; sightings are found by picture
-- and time, and by application or rung and time. The index is filled by the daemon, a little at a time, since SQL alone cannot cut words.
--
-- Pictures are the most there is beside their text, so rows are copied once: an old table is renamed, in the way
-- that leaves alone what refers to it.
PRAGMA legacy_alter_table = ON;
ALTER TABLE picture RENAME TO aside;
PRAGMA legacy_alter_table = OFF;
CREATE TABLE picture (
  n      INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  width  INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  format TEXT NOT NULL,
  size   INTEGER NOT NULL CHECK (size >= 0),
  tiles  BLOB NOT NULL
) STRICT;
INSERT INTO picture (n, sha256, width, height, format, size, tiles)
SELECT rowid, sha256, width, height, format, size, tiles FROM aside ORDER BY rowid;
DROP TABLE aside;

PRAGMA legacy_alter_table = ON;
ALTER TABLE shot RENAME TO aside;
PRAGMA legacy_alter_table = OFF;
CREATE TABLE shot (
  n               INTEGER PRIMARY KEY,
  id              TEXT NOT NULL UNIQUE,
  picture         TEXT NOT NULL REFERENCES picture (sha256),
  source          TEXT NOT NULL,
  path            BLOB NOT NULL,
  identity        TEXT NOT NULL,
  taken_ms        INTEGER NOT NULL,
  taken_offset_s  INTEGER NOT NULL,
  taken_origin    TEXT NOT NULL CHECK (taken_origin IN ('file_name', 'metadata', 'mtime')),
  added_ms        INTEGER NOT NULL,
  application_key TEXT NOT NULL,
  rung            TEXT NOT NULL CHECK (rung IN ('vision', 'reused', 'ocr', 'minimum'))
) STRICT;
INSERT INTO shot (
  n, id, picture, source, path, identity, taken_ms, taken_offset_s, taken_origin, added_ms, application_key,
  rung
)
SELECT
  aside.n, aside.id, aside.picture, source, path, identity, taken_ms, taken_offset_s, taken_origin, added_ms,
  application_key, rung
FROM aside JOIN result ON result.picture = aside.picture AND result.current = 1
ORDER BY aside.n;
DROP TABLE aside;
CREATE INDEX shot_taken       ON shot (taken_ms, id);
CREATE INDEX shot_source      ON shot (source, taken_ms, id);
CREATE INDEX shot_application ON shot (application_key, taken_ms, id);
CREATE INDEX shot_rung        ON shot (rung, taken_ms, id);
CREATE INDEX shot_path        ON shot (source, path);
CREATE INDEX shot_picture     ON shot (picture);
CREATE INDEX shot_sighting    ON shot (picture, taken_ms);
CREATE INDEX shot_arrival     ON shot (source, n);
DROP INDEX result_application;

CREATE VIRTUAL TABLE search USING fts5 (
  text, title, names, said, parts, tags, content = '', contentless_delete = 1, tokenize = 'ascii'
);
