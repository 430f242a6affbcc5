-- Tasks that live across sessions. They are told from sessions as those are closed, so a database has none at first.
CREATE TABLE task (
  n         INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  title     TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('open', 'done', 'abandoned')),
  first_ms  INTEGER NOT NULL,
  last_ms   INTEGER NOT NULL,
  active_ms INTEGER NOT NULL CHECK (active_ms >= 0),
  sessions  INTEGER NOT NULL CHECK (sessions >= 0)
) STRICT;
CREATE INDEX task_last  ON task (last_ms, id);
CREATE INDEX task_state ON task (state, last_ms, id);

CREATE TABLE task_part (
  task      TEXT NOT NULL REFERENCES task (id),
  session   TEXT NOT NULL,
  start_ms  INTEGER NOT NULL,
  end_ms    INTEGER NOT NULL,
  active_ms INTEGER NOT NULL CHECK (active_ms >= 0),
  wording   TEXT NOT NULL,
  names     TEXT NOT NULL CHECK (json_valid(names)),
  PRIMARY KEY (task, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_part_session ON task_part (session);
CREATE INDEX task_part_start   ON task_part (start_ms);
CREATE INDEX task_part_end     ON task_part (task, end_ms, session);

CREATE TABLE task_proof (
  task    TEXT NOT NULL,
  session TEXT NOT NULL,
  at_ms   INTEGER NOT NULL,
  text    TEXT NOT NULL,
  PRIMARY KEY (task, session),
  FOREIGN KEY (task, session) REFERENCES task_part (task, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_key (
  task      TEXT NOT NULL REFERENCES task (id),
  kind      TEXT NOT NULL CHECK (kind IN ('number', 'project', 'document', 'page')),
  owner     TEXT NOT NULL,
  text      TEXT NOT NULL,
  key       TEXT NOT NULL,
  head      TEXT,
  tail      TEXT,
  active_ms INTEGER NOT NULL CHECK (active_ms >= 0),
  parts     INTEGER NOT NULL CHECK (parts >= 0),
  PRIMARY KEY (task, kind, owner, text)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_key_key    ON task_key (key, task);
CREATE INDEX task_key_head   ON task_key (head, task) WHERE head IS NOT NULL;
CREATE INDEX task_key_tail   ON task_key (tail, task) WHERE tail IS NOT NULL;
CREATE INDEX task_key_active ON task_key (task, kind, active_ms);

CREATE VIEW v_tasks AS
SELECT id, state, datetime(last_ms / 1000, 'unixepoch') AS last_utc, active_ms / 60000 AS minutes, sessions, title
FROM task;
