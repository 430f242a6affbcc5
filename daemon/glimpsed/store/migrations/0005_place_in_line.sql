-- Where a job stands in line, and how often it was put off, so that a restart changes neither.
--
-- A column that is added comes after the CHECKs of the table, so it is made anew, as in 0003.
CREATE TABLE aside AS SELECT * FROM job;
DROP TABLE job;
CREATE TABLE job (
  n             INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,
  kind          TEXT NOT NULL CHECK (kind IN ('read', 'describe', 'ask')),
  picture       TEXT NOT NULL REFERENCES picture (sha256),
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
  CHECK ((question IS NOT NULL) = (kind = 'ask')),
  CHECK ((answer IS NOT NULL) = (kind = 'ask' AND state = 'done'))
) STRICT;
INSERT INTO job (
  n, id, kind, picture, shot, urgency, state, deaths, interruptions, failures, created_ms, deadline_ms, ended_ms,
  model, error, question, answer, put_off
)
SELECT
  n, id, kind, picture, shot, urgency, state, deaths, interruptions, failures, created_ms, deadline_ms, ended_ms,
  model, error, question, answer, 0
FROM aside ORDER BY n;
CREATE UNIQUE INDEX job_once ON job (kind, picture) WHERE kind IN ('read', 'describe');
CREATE INDEX job_line    ON job (state, urgency, coalesce(moved_ms, created_ms));
CREATE INDEX job_picture ON job (picture);
DROP TABLE aside;
