-- Search. Pictures get a number that stays theirs, which the index calls them by; sightings of a picture are
-- found by time. The index is filled by the daemon, a little at a time, since SQL alone cannot cut words.
CREATE TABLE aside AS SELECT rowid AS n, * FROM picture;
DROP TABLE picture;
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
SELECT n, sha256, width, height, format, size, tiles FROM aside ORDER BY n;
DROP TABLE aside;

CREATE INDEX shot_sighting ON shot (picture, taken_ms);

CREATE VIRTUAL TABLE search USING fts5 (
  text, title, names, said, parts, tags, content = '', contentless_delete = 1, tokenize = 'ascii'
);
