"""What replies are made of: a shot, a result, a job and the parts of a status, as clients see them.

Rules of this file: as in `messages`; a view shows what is stored, never how. Enumerations are plain strings.
Times are milliseconds since the Unix epoch, UTC; durations are milliseconds; paths are text for people.
"""

from msgspec import Struct


class EntityView(Struct, frozen=True):
    """A thing that the screen names."""

    kind: str
    text: str


class ResultView(Struct, kw_only=True, frozen=True):
    """What one rung said of a picture. `timings` are milliseconds by stage; `confidence` is 0..1.

    `why` says why it is of this rung and of no better one, as things stand. A `reused` result repeats the
    result `reused_from`.
    """

    id: str
    rung: str
    application: str
    application_type: str
    window_title: str
    activity: str
    task: str
    summary: str
    entities: list[EntityView]
    confidence: float
    model: str | None = None
    prompt_version: str | None = None
    schema_version: int
    created_ms: int
    timings: dict[str, int]
    why: str = ""
    reused_from: str | None = None


class JobView(Struct, kw_only=True, frozen=True):
    """A unit of work. `error` and `answer` are set when it ended so.

    `picture` is "" where it is about a `session`. `deaths` counts what died under it, `failures` the attempts
    that a model failed without dying. After `deadline_ms` nobody wants it any more.
    """

    id: str
    kind: str
    state: str
    picture: str
    shot: str | None = None
    model: str | None = None
    deaths: int
    urgency: str
    created_ms: int
    ended_ms: int | None = None
    error: str | None = None
    answer: str | None = None
    failures: int = 0
    deadline_ms: int | None = None
    session: str | None = None


class ShotView(Struct, kw_only=True, frozen=True):
    """One sighting of a picture, with the best that is known of it.

    `picture` is the SHA-256 of its bytes; `result` the current result. `awaiting` lists the better rungs that
    are planned and still possible: when it is empty, nothing better will come by itself. `changed_tiles` is
    how many of `tiles` differ from the shot before it in its source, None for the first, when that one has
    another size, and when a shot that came in between much later left it unknown.
    """

    id: str
    picture: str
    source: str
    path: str
    taken_at_ms: int
    taken_offset_s: int
    taken_from: str
    added_ms: int
    width: int
    height: int
    format: str
    bytes: int
    changed_tiles: int | None = None
    tiles: int
    result: ResultView
    awaiting: list[str]
    jobs: list[JobView]


class LineView(Struct, array_like=True, frozen=True):
    """A line of text on a picture: on the wire an array; box in pixels, `confidence` 0..1."""

    text: str
    x: int
    y: int
    width: int
    height: int
    confidence: float


class MarkView(Struct, array_like=True, frozen=True):
    """Where a word begins and ends in a text: on the wire an array; in characters."""

    begins: int
    ends: int


class BoxView(Struct, array_like=True, frozen=True):
    """A rectangle on a picture: on the wire an array; in pixels."""

    x: int
    y: int
    width: int
    height: int


class MatchView(Struct, kw_only=True, frozen=True):
    """Some text in which something that was looked for is, with its `marks`.

    `field` is `text`, `title`, `names` or `said`; only what is in the text has a `box` on the picture, that
    of the whole line.
    """

    field: str
    text: str
    marks: list[MarkView]
    box: BoxView | None = None


class SightingView(Struct, kw_only=True, frozen=True):
    """A shot of a picture."""

    shot: str
    taken_at_ms: int


class FoundView(Struct, kw_only=True, frozen=True):
    """A picture that was found: the last shot of it, and why it was found.

    It was seen `times` times in the time that was asked for; `sightings` are the last of them, latest first.
    `score` compares within one search. `session` is the id of the one that `shot` is in, None while it is in
    none.
    """

    shot: ShotView
    score: float
    times: int
    sightings: list[SightingView]
    matches: list[MatchView]
    session: str | None = None


class FoundSessionView(Struct, kw_only=True, frozen=True):
    """A session with pictures that were found, or that was found by what is told of it, or both.

    `score` and `matches` are of what is told: None and empty unless it was found by that. Scores compare
    within one search and not with those of pictures.
    """

    id: str
    title: str
    state: str
    start_ms: int
    end_ms: int
    offset_s: int
    active_ms: int
    rung: str
    score: float | None
    matches: list[MatchView]


class RejectionView(Struct, kw_only=True, frozen=True):
    """A file that was seen and cannot be a shot, `times` times with the same outcome."""

    id: str
    source: str
    path: str
    code: str
    detail: str
    seen_ms: int
    times: int


class PathsView(Struct, kw_only=True, frozen=True):
    """Where the daemon keeps things; `config` is None when it runs without a file."""

    data: str
    runtime: str
    config: str | None = None


class SourceView(Struct, kw_only=True, frozen=True):
    """A source. `state` is `watching`, `starting`, `missing` or `unreadable`."""

    name: str
    kind: str
    path: str
    state: str
    detail: str
    last_scan_ms: int | None = None
    files_seen: int


class OcrView(Struct, kw_only=True, frozen=True):
    """The OCR engine. `state` is `ready`, `idle`, `unavailable` or `off`."""

    engine: str
    state: str
    code: str
    detail: str


class ModelView(Struct, kw_only=True, frozen=True):
    """A configured model. `state` is `idle`, `loading`, `ready` or `unavailable`; `hint` says what to do."""

    name: str
    file: str
    mmproj: str | None = None
    roles: list[str]
    state: str
    code: str
    detail: str
    hint: str
    pid: int | None = None


class QueueView(Struct, kw_only=True, frozen=True):
    """Jobs that wait for their turn, by kind; `files` were seen and are not yet shots or rejections."""

    read: int
    describe: int
    ask: int
    files: int
    session: int = 0


class RunningView(Struct, kw_only=True, frozen=True):
    """A job that runs now."""

    job: str
    kind: str
    model: str | None = None
    elapsed_ms: int


class CountsView(Struct, kw_only=True, frozen=True):
    """What the store holds; `results` by rung, `jobs` by state."""

    shots: int
    pictures: int
    rejected: int
    results: dict[str, int]
    jobs: dict[str, int]


class StoreView(Struct, kw_only=True, frozen=True):
    """The database: sizes in bytes; `epoch` changes when it is a different database."""

    path: str
    bytes: int
    wal_bytes: int
    epoch: str
    schema: int


class SpoolView(Struct, kw_only=True, frozen=True):
    """Copies of pictures that are still owed work."""

    files: int
    bytes: int
    max_bytes: int


class CheckView(Struct, kw_only=True, frozen=True):
    """One thing that `doctor` looked at; `ok` is None when it does not apply here."""

    name: str
    ok: bool | None
    detail: str
    hint: str


class ErrorView(Struct, kw_only=True, frozen=True):
    """Why a request failed; `code` is one of `errors.ErrorCode`, or one that only a newer daemon knows."""

    code: str
    message: str
    retryable: bool
