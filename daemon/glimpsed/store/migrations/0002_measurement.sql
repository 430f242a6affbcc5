-- What a model really took is kept, so that no start has to guess again what the last one knew.
CREATE TABLE measurement (
  files    TEXT NOT NULL CHECK (length(files) = 64),
  settings TEXT NOT NULL,
  buffers  TEXT NOT NULL CHECK (json_valid(buffers)),
  rss      INTEGER NOT NULL CHECK (rss >= 0),
  at_ms    INTEGER NOT NULL,
  PRIMARY KEY (files, settings)
) STRICT, WITHOUT ROWID;
