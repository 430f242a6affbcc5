-- The schema of a new database. Older ones come here through migrations/.
--
-- Rules of this file: STRICT tables; closed sets of words are CHECKed and equal the enumerations of
-- core.model; times are milliseconds since 1970, UTC (..._ms); paths are BLOBs, since file names are bytes;
-- lists and maps are JSON. `n` is the order of arrival, which no clock can turn back. Views named v_... are
-- for people with the sqlite3 shell; the daemon does not use them.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- Distinct bytes. `n` is what other tables call them, but for `job`.
CREATE TABLE picture (
  n      INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  width  INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  format TEXT NOT NULL,
  size   INTEGER NOT NULL CHECK (size >= 0)
) STRICT;

-- Digests of a picture's tiles, as long as another picture may be compared with it (store.pictures).
CREATE TABLE tiles (
  picture INTEGER PRIMARY KEY REFERENCES picture (n),
  digests BLOB NOT NULL
) STRICT;

-- Sightings of pictures. `identity` is inode:size:mtime_ns of the file when it was last read, `application_key` and
-- `rung` are those of the picture's current result, so that lists by these and time are read off an index.
-- `changed_tiles` counts those that are others than in the shot before it, by time, of its source.
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
CREATE INDEX shot_taken       ON shot (taken_ms, id);
CREATE INDEX shot_source      ON shot (source, taken_ms, id);
CREATE INDEX shot_application ON shot (application_key, taken_ms, id);
CREATE INDEX shot_rung        ON shot (rung, taken_ms, id);
CREATE INDEX shot_path        ON shot (source, path);
CREATE INDEX shot_picture     ON shot (picture);
CREATE INDEX shot_sighting    ON shot (picture, taken_ms);
CREATE INDEX shot_arrival     ON shot (source, n);

-- Files that cannot be shots. A file is either here or its latest content is a shot. Without an `identity` it
-- is tried again whenever it is seen.
CREATE TABLE rejection (
  n        INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  source   TEXT NOT NULL,
  path     BLOB NOT NULL,
  code     TEXT NOT NULL,
  detail   TEXT NOT NULL,
  identity TEXT,
  seen_ms  INTEGER NOT NULL,
  times    INTEGER NOT NULL CHECK (times > 0),
  UNIQUE (source, path)
) STRICT;
CREATE INDEX rejection_seen   ON rejection (seen_ms, id);
CREATE INDEX rejection_source ON rejection (source, seen_ms, id);
CREATE INDEX rejection_code   ON rejection (code);

-- Work that survives restarts. A picture is read once and described once; questions are free; a session has one
-- open job at a time, each for a step of what is told of it. `deaths` counts children that died over a job,
-- `interruptions` daemons, `failures` attempts that a model failed without dying. After `deadline_ms` nobody wants
-- it any more. It stands in line as if it had come at `moved_ms`, or by its age; it was put off `put_off` times,
-- the last time until `resumes_ms`.
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
CREATE UNIQUE INDEX job_once ON job (kind, picture) WHERE kind IN ('read', 'describe');
CREATE UNIQUE INDEX job_of_session ON job (session)
WHERE session IS NOT NULL AND state IN ('deferred', 'queued', 'running');
CREATE INDEX job_session ON job (session, n) WHERE session IS NOT NULL;
CREATE INDEX job_line    ON job (state, urgency, coalesce(moved_ms, created_ms));
CREATE INDEX job_question ON job (picture) WHERE kind = 'ask';

-- All text of a picture, and beside it where the lines stand, for few ask for that. Both are compressed
-- (store.lines), so that the sqlite3 shell cannot read them; `glimpse show` does.
CREATE TABLE picture_text (
  picture INTEGER PRIMARY KEY REFERENCES picture (n),
  engine  TEXT NOT NULL,
  texts   BLOB NOT NULL
) STRICT;
CREATE TABLE picture_places (
  picture INTEGER PRIMARY KEY REFERENCES picture_text (picture),
  places  BLOB NOT NULL
) STRICT;

-- What each rung said. The best is current; a job has at most one result, and the first has no job.
-- `application_key` is the application without its case, which SQLite folds for ASCII only. A reused result
-- says what `reused_from` said, a model's own.
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
CREATE UNIQUE INDEX result_current ON result (picture) WHERE current = 1;
CREATE INDEX result_picture     ON result (picture);
CREATE INDEX result_rung        ON result (rung) WHERE current = 1;
CREATE INDEX result_made        ON result (created_ms, rung);

-- What a result's picture names, in the order in which the rung named it.
CREATE TABLE entity (
  result   INTEGER NOT NULL REFERENCES result (n),
  position INTEGER NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN (
    'file', 'url', 'command', 'repository', 'document', 'person', 'organization', 'email_address',
    'error_message', 'date', 'other')),
  text     TEXT NOT NULL,
  PRIMARY KEY (result, position)
) STRICT, WITHOUT ROWID;

-- What happened, for clients that missed it. AUTOINCREMENT: a number is never given twice, pruned or not.
CREATE TABLE event (
  seq   INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  type  TEXT NOT NULL,
  body  TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

-- What a model took when it was last loaded, by a fingerprint of its files and the settings that matter:
-- bytes by device, the child's resident bytes, and its settings as it said them.
CREATE TABLE measurement (
  files    TEXT NOT NULL CHECK (length(files) = 64),
  settings TEXT NOT NULL,
  buffers  TEXT NOT NULL CHECK (json_valid(buffers)),
  rss      INTEGER NOT NULL CHECK (rss >= 0),
  at_ms    INTEGER NOT NULL,
  PRIMARY KEY (files, settings)
) STRICT, WITHOUT ROWID;

-- Every attempt of a model: sizes and hashes of what it was given and said, never the thing itself. A probe
-- belongs to no job. `retry` marks the attempts after one that failed, or that a child or the daemon died over;
-- an `outcome` of `running` or `interrupted` those that did not come to their end.
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

-- How long each stage took: how many times on a day (counted from 1970, UTC) it fell into which bucket of
-- core.histogram.
CREATE TABLE stage (
  day    INTEGER NOT NULL,
  stage  TEXT NOT NULL CHECK (stage IN (
    'file_to_ocr', 'file_to_description', 'queue_wait', 'load', 'encode', 'prefill', 'decode')),
  bucket INTEGER NOT NULL,
  times  INTEGER NOT NULL CHECK (times > 0),
  PRIMARY KEY (day, stage, bucket)
) STRICT, WITHOUT ROWID;

-- What is worked at over days, told from what was placed into it (core.tasks): `last_ms` is when it was seen last,
-- `sessions` how many its parts are of. Ids of sessions are theirs in any version.
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

-- The share of a session that was spent on a task; `wording` is what a model called that, empty if none did, and
-- `names` are those that it is known by there, the one that says what it is first: [[kind, owner, text, active_ms], ...].
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

-- What a session showed last that says that a task is done.
CREATE TABLE task_proof (
  task    TEXT NOT NULL,
  session TEXT NOT NULL,
  at_ms   INTEGER NOT NULL,
  text    TEXT NOT NULL,
  PRIMARY KEY (task, session),
  FOREIGN KEY (task, session) REFERENCES task_part (task, session)
) STRICT, WITHOUT ROWID;

-- The names of all parts of a task, with the time and the number of parts that have them. Equal names have one `key`,
-- two readings of one name one `head` or one `tail`; numbers have neither, since of them only the same will do.
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

-- What can be found, a row for each picture under its `n`: its text, and what its current result says. It holds
-- words as core.words cuts them and nothing to read, so SQLite itself has only to part them at spaces. `parts` are
-- grams of what has no spaces, `tags` what is asked for beside words (store.search). `text` is first, since words
-- of the first column take two bytes less each.
CREATE VIRTUAL TABLE search USING fts5 (
  text, title, names, said, parts, tags, content = '', contentless_delete = 1, tokenize = 'ascii'
);

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
-- `model` it is as rules have it: there was nothing to ask about, or no reply was taken.
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

CREATE VIEW v_shots AS
SELECT shot.id, datetime(shot.taken_ms / 1000 + shot.taken_offset_s, 'unixepoch') AS taken_local, shot.source,
       CAST(shot.path AS TEXT) AS path, result.rung, result.application, result.activity, result.task,
       picture.sha256 AS picture
FROM shot
JOIN picture ON picture.n = shot.picture
JOIN result ON result.picture = shot.picture AND result.current = 1;

CREATE VIEW v_tasks AS
SELECT id, state, datetime(last_ms / 1000, 'unixepoch') AS last_utc, active_ms / 60000 AS minutes, sessions, title
FROM task;

CREATE VIEW v_jobs AS
SELECT id, kind, state, urgency, deaths, interruptions, failures,
       datetime(created_ms / 1000, 'unixepoch') AS created_utc,
       datetime(ended_ms / 1000, 'unixepoch') AS ended_utc, model, error, picture
FROM job;

CREATE VIEW v_rejections AS
SELECT id, datetime(seen_ms / 1000, 'unixepoch') AS seen_utc, source, CAST(path AS TEXT) AS path, code, detail,
       times
FROM rejection;

CREATE VIEW v_sessions AS
SELECT id, state, version, datetime(start_ms / 1000 + (body ->> '$.offset_s'), 'unixepoch') AS start_local,
       datetime((body ->> '$.end_ms') / 1000 + (body ->> '$.offset_s'), 'unixepoch') AS end_local,
       (body ->> '$.active_ms') / 60000 AS active_min, workflow, body ->> '$.outline.title' AS title
FROM session WHERE state <> 'withdrawn';
