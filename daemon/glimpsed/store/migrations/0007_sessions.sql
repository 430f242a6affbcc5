-- Sessions, and what they are told from beside shots.
-- Stretches of work. `version` counts what a session was taken for once it had closed; those before are in
-- `session_version`. Its shots are those from (first_ms, first_shot) to (last_ms, last_shot) in order of time, so
-- that no shot need say where it belongs. `at_ms` is when it came to be this, `body` all that is told of it.
CREATE TABLE session (
  n          INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  version    INTEGER NOT NULL CHECK (version > 0),
  state      TEXT NOT NULL CHECK (state IN ('open', 'closed', 'withdrawn')),
  at_ms      INTEGER NOT NULL,
  first_ms   INTEGER NOT NULL,
  first_shot TEXT NOT NULL REFERENCES shot (id),
  last_ms    INTEGER NOT NULL,
  last_shot  TEXT NOT NULL REFERENCES shot (id),
  start_ms   INTEGER NOT NULL,
  workflow   TEXT NOT NULL CHECK (workflow IN (
    'coding', 'research', 'meeting', 'content_creation', 'communication', 'administration', 'mixed')),
  body       TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE INDEX session_start    ON session (start_ms, id) WHERE state <> 'withdrawn';
CREATE INDEX session_workflow ON session (workflow, start_ms, id) WHERE state <> 'withdrawn';
CREATE INDEX session_first    ON session (first_ms, first_shot) WHERE state <> 'withdrawn';
CREATE INDEX session_state    ON session (state, start_ms);

-- What closed sessions were taken for before something late came to be known.
CREATE TABLE session_version (
  session TEXT NOT NULL REFERENCES session (id),
  version INTEGER NOT NULL,
  at_ms   INTEGER NOT NULL,
  body    TEXT NOT NULL CHECK (json_valid(body)),
  PRIMARY KEY (session, version)
) STRICT, WITHOUT ROWID;

-- What is told of sessions, a row for each under its `n` that is not withdrawn, with the columns of `search`; of
-- those `text` is empty, since what stands on its screens is in `search`.
CREATE VIRTUAL TABLE session_search USING fts5 (
  text, title, names, said, parts, tags, content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- What else was noticed of the person or the machine.
CREATE TABLE signal (
  at_ms INTEGER NOT NULL,
  kind  TEXT NOT NULL CHECK (kind IN ('present', 'idle', 'locked', 'unlocked', 'slept', 'woke')),
  PRIMARY KEY (at_ms, kind)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_sessions AS
SELECT id, state, version, datetime(start_ms / 1000 + (body ->> '$.offset_s'), 'unixepoch') AS start_local,
       datetime((body ->> '$.end_ms') / 1000 + (body ->> '$.offset_s'), 'unixepoch') AS end_local,
       (body ->> '$.active_ms') / 60000 AS active_min, workflow, body ->> '$.outline.title' AS title
FROM session WHERE state <> 'withdrawn';
