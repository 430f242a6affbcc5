-- What models tell of sessions, and the jobs that have them do it.
--
-- A job may be about a session instead of a picture, so its table is made anew, as in 0003.
CREATE TABLE aside AS SELECT * FROM job;
DROP TABLE job;
CREATE TABLE job (
  n             INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,
  kind          TEXT NOT NULL CHECK (kind IN ('read', 'describe', 'ask', 'session')),
  picture       TEXT REFERENCES picture (sha256),
  session       TEXT REFERENCES session (id),
  shot          TEXT REFERENCES shot (id),
  urgency       TEXT NOT NULL CHECK (urgency IN (
    'interactive', 'critical', 'high', 'normal', 'low', 'background')),
  state         TEXT NOT NULL CHECK (state IN (
    'deferred', 'queued', 'running', 'done', 'failed', 'cancelled', 'poisoned')),
  deaths        INTEGER NOT NULL CHECK (deaths >= 0),
  interruptions INTEGER NOT NULL CHECK (interruptions >= 0),
  failures      INTEGER NOT NULL CHECK (failures >= 0),
  created_ms    INTEGER NOT NULL,
  deadline_ms   INTEGER,
  moved_ms      INTEGER,
  put_off       INTEGER NOT NULL CHECK (put_off >= 0),
  resumes_ms    INTEGER,
  ended_ms      INTEGER,
  model         TEXT,
  error         TEXT,
  question      TEXT,
  answer        TEXT,
  CHECK ((ended_ms IS NULL) = (state IN ('deferred', 'queued', 'running'))),
  CHECK ((picture IS NULL) = (kind = 'session')),
  CHECK ((session IS NULL) = (kind <> 'session')),
  CHECK ((question IS NOT NULL) = (kind = 'ask')),
  CHECK ((answer IS NOT NULL) = (kind = 'ask' AND state = 'done'))
) STRICT;
INSERT INTO job (
  n, id, kind, picture, shot, urgency, state, deaths, interruptions, failures, created_ms, deadline_ms, moved_ms,
  put_off, resumes_ms, ended_ms, model, error, question, answer
)
SELECT
  n, id, kind, picture, shot, urgency, state, deaths, interruptions, failures, created_ms, deadline_ms, moved_ms,
  put_off, resumes_ms, ended_ms, model, error, question, answer
FROM aside ORDER BY n;
CREATE UNIQUE INDEX job_once ON job (kind, picture) WHERE kind IN ('read', 'describe');
CREATE UNIQUE INDEX job_of_session ON job (session)
WHERE session IS NOT NULL AND state IN ('deferred', 'queued', 'running');
CREATE INDEX job_session ON job (session, n) WHERE session IS NOT NULL;
CREATE INDEX job_line    ON job (state, urgency, coalesce(moved_ms, created_ms));
CREATE INDEX job_question ON job (picture) WHERE kind = 'ask';
DROP TABLE aside;

-- What models told of parts of sessions, by a digest of all that it depends on; `body` is a note.
CREATE TABLE part (
  key            TEXT PRIMARY KEY CHECK (length(key) = 64),
  at_ms          INTEGER NOT NULL,
  model          TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  body           TEXT NOT NULL CHECK (json_valid(body))
) STRICT, WITHOUT ROWID;

-- Which versions of sessions were put to a model; one that is not `told` was given up, and rules stand.
CREATE TABLE telling (
  n              INTEGER PRIMARY KEY,
  session        TEXT NOT NULL REFERENCES session (id),
  version        INTEGER NOT NULL,
  at_ms          INTEGER NOT NULL,
  model          TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  told           INTEGER NOT NULL CHECK (told IN (0, 1)),
  UNIQUE (session, version)
) STRICT;

-- What models said of boundaries in doubt, beside how sure rules were: whether a session begins at `shot`. Without a
-- `model` there was nothing to ask about, and it is as rules have it.
CREATE TABLE judgement (
  n              INTEGER PRIMARY KEY,
  shot           TEXT NOT NULL UNIQUE REFERENCES shot (id),
  at_ms          INTEGER NOT NULL,
  begins         INTEGER NOT NULL CHECK (begins IN (0, 1)),
  confidence     REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  model          TEXT NOT NULL,
  prompt_version TEXT NOT NULL
) STRICT;
CREATE INDEX judgement_at ON judgement (at_ms);

-- What was wrong with a first reply, until there is a second one.
CREATE TABLE objection (
  key   TEXT PRIMARY KEY CHECK (length(key) = 64),
  at_ms INTEGER NOT NULL,
  why   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
