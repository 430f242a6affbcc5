-- Smaller: other tables call a picture by its number, its text is compressed, and its tiles are kept as long as it
-- may be compared with another, for which shots say how many of them changed.
--
-- `packed_texts`, `packed_places` and `changed_tiles` are functions of store.migrate. Old tables are renamed in the way that leaves
-- alone what refers to them, as in 0006.
PRAGMA legacy_alter_table = ON;
ALTER TABLE picture      RENAME TO old_picture;
ALTER TABLE shot         RENAME TO old_shot;
ALTER TABLE picture_text RENAME TO old_text;
ALTER TABLE result       RENAME TO old_result;
ALTER TABLE entity       RENAME TO old_entity;
PRAGMA legacy_alter_table = OFF;
DROP VIEW v_shots;

CREATE TABLE picture (
  n      INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  width  INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  format TEXT NOT NULL,
  size   INTEGER NOT NULL CHECK (size >= 0)
) STRICT;
INSERT INTO picture (
  n, sha256, width, height, format, size
)
SELECT
  n, sha256, width, height, format, size
FROM old_picture ORDER BY n;

CREATE TABLE shot (
  n               INTEGER PRIMARY KEY,
  id              TEXT NOT NULL UNIQUE,
  picture         INTEGER NOT NULL REFERENCES picture (n),
  source          TEXT NOT NULL,
  path            BLOB NOT NULL,
  identity        TEXT NOT NULL,
  taken_ms        INTEGER NOT NULL,
  taken_offset_s  INTEGER NOT NULL,
  taken_origin    TEXT NOT NULL CHECK (taken_origin IN ('file_name', 'metadata', 'mtime')),
  added_ms        INTEGER NOT NULL,
  changed_tiles   INTEGER CHECK (changed_tiles >= 0),
  application_key TEXT NOT NULL,
  rung            TEXT NOT NULL CHECK (rung IN ('vision', 'reused', 'ocr', 'minimum'))
) STRICT;
INSERT INTO shot (
  n, id, picture, source, path, identity, taken_ms, taken_offset_s, taken_origin, added_ms, changed_tiles,
  application_key, rung
)
SELECT
  old_shot.n, id, old_picture.n, source, path, identity, taken_ms, taken_offset_s, taken_origin, added_ms, (
    SELECT CASE WHEN before.width = old_picture.width AND before.height = old_picture.height
           THEN changed_tiles(before.tiles, old_picture.tiles) END
    FROM old_shot AS previous JOIN old_picture AS before ON before.sha256 = previous.picture
    WHERE previous.source = old_shot.source
    AND (previous.taken_ms, previous.id) < (old_shot.taken_ms, old_shot.id)
    ORDER BY previous.taken_ms DESC, previous.id DESC LIMIT 1
  ), application_key, rung
FROM old_shot JOIN old_picture ON old_picture.sha256 = old_shot.picture
ORDER BY old_shot.n;

CREATE TABLE picture_text (
  picture INTEGER PRIMARY KEY REFERENCES picture (n),
  engine  TEXT NOT NULL,
  texts   BLOB NOT NULL
) STRICT;
INSERT INTO picture_text (picture, engine, texts)
SELECT old_picture.n, engine, packed_texts(lines)
FROM old_picture JOIN old_text ON old_text.picture = old_picture.sha256
ORDER BY old_picture.n;

CREATE TABLE picture_places (
  picture INTEGER PRIMARY KEY REFERENCES picture_text (picture),
  places  BLOB NOT NULL
) STRICT;
INSERT INTO picture_places (picture, places)
SELECT old_picture.n, packed_places(lines)
FROM old_picture JOIN old_text ON old_text.picture = old_picture.sha256
ORDER BY old_picture.n;

CREATE TABLE result (
  n                INTEGER PRIMARY KEY,
  id               TEXT NOT NULL UNIQUE,
  picture          INTEGER NOT NULL REFERENCES picture (n),
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
  task, summary, confidence, created_ms, model, prompt_version, schema_version, timings, reused_from
)
SELECT
  old_result.n, id, old_picture.n, job, rung, current, application, application_key, application_type,
  window_title, activity, task, summary, confidence, created_ms, model, prompt_version, schema_version,
  timings, reused_from
FROM old_result JOIN old_picture ON old_picture.sha256 = old_result.picture
ORDER BY old_result.n;

CREATE TABLE entity (
  result   INTEGER NOT NULL REFERENCES result (n),
  position INTEGER NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN (
    'file', 'url', 'command', 'repository', 'document', 'person', 'organization', 'email_address',
    'error_message', 'date', 'other')),
  text     TEXT NOT NULL,
  PRIMARY KEY (result, position)
) STRICT, WITHOUT ROWID;
INSERT INTO entity (result, position, kind, text)
SELECT old_result.n, position, kind, text FROM old_result JOIN old_entity ON old_entity.result = old_result.id
ORDER BY old_result.n, position;

DROP TABLE old_entity;
DROP TABLE old_result;
DROP TABLE old_text;
DROP TABLE old_shot;
CREATE INDEX shot_taken       ON shot (taken_ms, id);
CREATE INDEX shot_source      ON shot (source, taken_ms, id);
CREATE INDEX shot_application ON shot (application_key, taken_ms, id);
CREATE INDEX shot_rung        ON shot (rung, taken_ms, id);
CREATE INDEX shot_path        ON shot (source, path);
CREATE INDEX shot_picture     ON shot (picture);
CREATE INDEX shot_sighting    ON shot (picture, taken_ms);
CREATE INDEX shot_arrival     ON shot (source, n);
DROP INDEX job_picture;
CREATE INDEX job_question ON job (picture) WHERE kind = 'ask';
CREATE UNIQUE INDEX result_current ON result (picture) WHERE current = 1;
CREATE INDEX result_picture     ON result (picture);
CREATE INDEX result_rung        ON result (rung) WHERE current = 1;
CREATE INDEX result_made        ON result (created_ms, rung);

CREATE TABLE tiles (
  picture INTEGER PRIMARY KEY REFERENCES picture (n),
  digests BLOB NOT NULL
) STRICT;
-- Roughly as pictures.let_go has it: whoever does not find tiles asks a model once more.
INSERT INTO tiles (picture, digests)
SELECT n, tiles FROM old_picture WHERE n IN (
  SELECT picture FROM (SELECT picture FROM shot ORDER BY n DESC LIMIT 100)
  UNION SELECT before.picture FROM job JOIN old_picture ON old_picture.sha256 = job.picture
  JOIN shot ON shot.picture = old_picture.n JOIN shot AS before ON before.n BETWEEN shot.n - 8 AND shot.n
  WHERE job.kind = 'describe' AND job.state IN ('deferred', 'queued', 'running')
)
ORDER BY n;
DROP TABLE old_picture;

CREATE VIEW v_shots AS
SELECT shot.id, datetime(shot.taken_ms / 1000 + shot.taken_offset_s, 'unixepoch') AS taken_local, shot.source,
       CAST(shot.path AS TEXT) AS path, result.rung, result.application, result.activity, result.task,
       picture.sha256 AS picture
FROM shot
JOIN picture ON picture.n = shot.picture
JOIN result ON result.picture = shot.picture AND result.current = 1;
