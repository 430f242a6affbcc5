-- Scheduling: ranks of urgency, deadlines, jobs that wait in the store alone; results that repeat others; what
-- models were asked, and how long the stages took.
--
-- SQLite cannot change a CHECK, so two tables are made anew. Their rows are put aside meanwhile instead of a
-- table being renamed, which would leave quoted names in the schema.
DROP VIEW v_shots;
DROP VIEW v_jobs;

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
  n, id, kind, picture, shot, urgency, state, deaths, interruptions, created_ms, ended_ms, model, error,
  question, answer, failures
)
SELECT
  n, id, kind, picture, shot, urgency, state, deaths, interruptions, created_ms, ended_ms, model, error,
  question, answer, 0
FROM aside ORDER BY n;
CREATE UNIQUE INDEX job_once ON job (kind, picture) WHERE kind IN ('read', 'describe');
CREATE INDEX job_line    ON job (state, urgency);
CREATE INDEX job_picture ON job (picture);
DROP TABLE aside;

CREATE TABLE aside AS SELECT * FROM result;
DROP TABLE result;
CREATE TABLE result (
  n                INTEGER PRIMARY KEY,
  id               TEXT NOT NULL UNIQUE,
  picture          TEXT NOT NULL REFERENCES picture (sha256),
  job              TEXT UNIQUE REFERENCES job (id),
  rung             TEXT NOT NULL CHECK (rung IN ('vision', 'reused', 'ocr', 'minimum')),
  current          INTEGER NOT NULL CHECK (current IN (0, 1)),
  application      TEXT NOT NULL,
  application_key  TEXT NOT NULL,
  application_type TEXT NOT NULL CHECK (application_type IN (
    'code_editor', 'terminal', 'web_browser', 'spreadsheet', 'word_processor', 'presentation', 'email', 'chat',
    'video_conference', 'calendar', 'notes', 'project_management', 'file_manager', 'document_viewer',
    'image_editor', 'design', 'media_player', 'database_client', 'settings', 'system', 'other', 'unknown')),
  window_title     TEXT NOT NULL,
  activity         TEXT NOT NULL CHECK (activity IN (
    'coding', 'debugging', 'code_review', 'running_commands', 'reading', 'research', 'writing',
    'data_analysis', 'communication', 'meeting', 'planning', 'presenting', 'designing', 'watching',
    'file_management', 'configuration', 'administration', 'idle', 'other', 'unknown')),
  task             TEXT NOT NULL,
  summary          TEXT NOT NULL,
  confidence       REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  created_ms       INTEGER NOT NULL,
  model            TEXT,
  prompt_version   TEXT,
  schema_version   INTEGER NOT NULL,
  timings          TEXT NOT NULL CHECK (json_valid(timings)),
  reused_from      TEXT REFERENCES result (id),
  CHECK ((reused_from IS NOT NULL) = (rung = 'reused'))
) STRICT;
INSERT INTO result (
  n, id, picture, job, rung, current, application, application_key, application_type, window_title, activity,
  task, summary, confidence, created_ms, model, prompt_version, schema_version, timings
)
SELECT
  n, id, picture, job, rung, current, application, application_key, application_type, window_title, activity,
  task, summary, confidence, created_ms, model, prompt_version, schema_version, timings
FROM aside ORDER BY n;
CREATE UNIQUE INDEX result_current ON result (picture) WHERE current = 1;
CREATE INDEX result_picture     ON result (picture);
CREATE INDEX result_application ON result (application_key) WHERE current = 1;
CREATE INDEX result_rung        ON result (rung) WHERE current = 1;
CREATE INDEX result_made        ON result (created_ms, rung) WHERE current = 1;
DROP TABLE aside;

CREATE INDEX shot_arrival ON shot (source, n);

CREATE TABLE call (
  n              INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  at_ms          INTEGER NOT NULL,
  job            TEXT REFERENCES job (id),
  role           TEXT NOT NULL,
  model          TEXT NOT NULL,
  device         TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  outcome        TEXT NOT NULL,
  code           TEXT NOT NULL,
  retry          INTEGER NOT NULL CHECK (retry IN (0, 1)),
  encoded        INTEGER NOT NULL,
  reused         INTEGER NOT NULL,
  prompt_tokens  INTEGER NOT NULL,
  kept_tokens    INTEGER NOT NULL,
  output_tokens  INTEGER NOT NULL,
  forced_tokens  INTEGER NOT NULL,
  steps          INTEGER NOT NULL,
  queue_ms       INTEGER NOT NULL,
  picture_ms     INTEGER NOT NULL,
  encode_ms      INTEGER NOT NULL,
  prefill_ms     INTEGER NOT NULL,
  generate_ms    INTEGER NOT NULL,
  total_ms       INTEGER NOT NULL,
  prompt_bytes   INTEGER NOT NULL,
  reply_bytes    INTEGER NOT NULL,
  prompt_sha256  TEXT NOT NULL,
  reply_sha256   TEXT NOT NULL
) STRICT;
CREATE INDEX call_at    ON call (at_ms);
CREATE INDEX call_model ON call (model);

CREATE TABLE stage (
  day    INTEGER NOT NULL,
  stage  TEXT NOT NULL CHECK (stage IN (
    'file_to_ocr', 'file_to_description', 'queue_wait', 'load', 'encode', 'prefill', 'decode')),
  bucket INTEGER NOT NULL,
  times  INTEGER NOT NULL CHECK (times > 0),
  PRIMARY KEY (day, stage, bucket)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_shots AS
SELECT shot.id, datetime(shot.taken_ms / 1000 + shot.taken_offset_s, 'unixepoch') AS taken_local, shot.source,
       CAST(shot.path AS TEXT) AS path, result.rung, result.application, result.activity, result.task,
       shot.picture
FROM shot JOIN result ON result.picture = shot.picture AND result.current = 1;

CREATE VIEW v_jobs AS
SELECT id, kind, state, urgency, deaths, interruptions, failures,
       datetime(created_ms / 1000, 'unixepoch') AS created_utc,
       datetime(ended_ms / 1000, 'unixepoch') AS ended_utc, model, error, picture
FROM job;
