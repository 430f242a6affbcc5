"""The words of the house as types: what every room below may speak of.

Rules of this file: values only, frozen, no behaviour beyond what follows from the value itself. Paths are
bytes, because a file name on Linux is bytes. Times are milliseconds since the Unix epoch, UTC, with the
local offset beside them in seconds; durations are milliseconds.

The enumerations are closed here, in the grammar that a model must follow and in the store's CHECK
constraints (a test compares the three); on the wire they are open strings, so that a client of today can
show what a daemon of tomorrow says.
"""

from enum import IntEnum, StrEnum

import msgspec

RESULT_SCHEMA_VERSION = 1
"""Version of the shape of a `Result`; every stored result carries the one it was made under."""

MAX_PIXELS = 40_000_000
"""Most pixels of a picture that is decoded; an 8K screen has 33 million."""

TILE = 64
"""Edge of a tile, in pixels; tiles on the right and bottom edge are smaller."""

TILE_DIGEST = 4
"""Bytes of BLAKE2b kept for a tile, in row-major order."""


class Rung(StrEnum):
    """How good an answer is: the rung of the ladder it came from, best first."""

    VISION = "vision"
    REUSED = "reused"
    OCR = "ocr"
    MINIMUM = "minimum"

    @property
    def rank(self) -> int:
        """0 for the best rung."""
        return tuple(Rung).index(self)


class ApplicationType(StrEnum):
    """Kind of application that a screenshot shows."""

    CODE_EDITOR = "code_editor"
    TERMINAL = "terminal"
    WEB_BROWSER = "web_browser"
    SPREADSHEET = "spreadsheet"
    WORD_PROCESSOR = "word_processor"
    PRESENTATION = "presentation"
    EMAIL = "email"
    CHAT = "chat"
    VIDEO_CONFERENCE = "video_conference"
    CALENDAR = "calendar"
    NOTES = "notes"
    PROJECT_MANAGEMENT = "project_management"
    FILE_MANAGER = "file_manager"
    DOCUMENT_VIEWER = "document_viewer"
    IMAGE_EDITOR = "image_editor"
    DESIGN = "design"
    MEDIA_PLAYER = "media_player"
    DATABASE_CLIENT = "database_client"
    SETTINGS = "settings"
    SYSTEM = "system"
    OTHER = "other"
    UNKNOWN = "unknown"


class Activity(StrEnum):
    """What the person in front of the screen is doing, as far as the screen shows it."""

    CODING = "coding"
    DEBUGGING = "debugging"
    CODE_REVIEW = "code_review"
    RUNNING_COMMANDS = "running_commands"
    READING = "reading"
    RESEARCH = "research"
    WRITING = "writing"
    DATA_ANALYSIS = "data_analysis"
    COMMUNICATION = "communication"
    MEETING = "meeting"
    PLANNING = "planning"
    PRESENTING = "presenting"
    DESIGNING = "designing"
    WATCHING = "watching"
    FILE_MANAGEMENT = "file_management"
    CONFIGURATION = "configuration"
    ADMINISTRATION = "administration"
    IDLE = "idle"
    OTHER = "other"
    UNKNOWN = "unknown"


class EntityKind(StrEnum):
    """What a piece of text on the screen names."""

    FILE = "file"
    URL = "url"
    COMMAND = "command"
    REPOSITORY = "repository"
    DOCUMENT = "document"
    PERSON = "person"
    ORGANIZATION = "organization"
    EMAIL_ADDRESS = "email_address"
    ERROR_MESSAGE = "error_message"
    DATE = "date"
    OTHER = "other"


class TimeOrigin(StrEnum):
    """Where a shot's time was taken from, best first."""

    FILE_NAME = "file_name"
    METADATA = "metadata"
    MTIME = "mtime"


class JobKind(StrEnum):
    """What a job asks for: a picture's text or description, an answer about a shot, a step of a session."""

    READ = "read"
    DESCRIBE = "describe"
    ASK = "ask"
    SESSION = "session"


class JobState(StrEnum):
    """Where a job stands; the last four are ends.

    A `deferred` job found the queue full: it waits in the store alone, and is taken up when there is room.
    """

    DEFERRED = "deferred"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    POISONED = "poisoned"

    @property
    def ended(self) -> bool:
        """Nothing more will happen to a job in this state."""
        return self not in (JobState.DEFERRED, JobState.QUEUED, JobState.RUNNING)


class JobClass(IntEnum):
    """Who waits: a person in front of a client, nobody in particular, or nobody at all for now."""

    INTERACTIVE = 0
    NORMAL = 1
    BACKGROUND = 2


class Urgency(StrEnum):
    """Which job is first, the most urgent first. Those between the ends are ranks of one class."""

    INTERACTIVE = "interactive"
    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"
    BACKGROUND = "background"

    @property
    def job_class(self) -> JobClass:
        """The class that this is a rank of."""
        ends = {Urgency.INTERACTIVE: JobClass.INTERACTIVE, Urgency.BACKGROUND: JobClass.BACKGROUND}
        return ends.get(self, JobClass.NORMAL)


class TakenAt(msgspec.Struct, frozen=True):
    """When a screenshot was taken: `ms` UTC, `offset_s` seconds east of UTC on the wall clock then."""

    ms: int
    offset_s: int
    origin: TimeOrigin


class FileIdentity(msgspec.Struct, frozen=True):
    """What `stat` says of a file's content without reading it; equal identities mean an unchanged file."""

    device: int
    inode: int
    size: int
    mtime_ns: int


class TextLine(msgspec.Struct, frozen=True):
    """One line of text on a picture: `box` is (left, top, width, height) in pixels, `confidence` in 0..1."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float


class PictureText(msgspec.Struct, frozen=True):
    """All text of one picture, in reading order, and the engine that read it."""

    lines: tuple[TextLine, ...]
    engine: str


class Picture(msgspec.Struct, frozen=True):
    """Distinct bytes: `sha256` in hex, size in pixels as shown (after EXIF rotation), size in bytes.

    `tiles` are empty where they are not known, or not asked for.
    """

    sha256: str
    width: int
    height: int
    format: str
    size: int
    tiles: bytes = b""

    @property
    def tile_count(self) -> int:
        """How many tiles it is cut into."""
        return -(-self.width // TILE) * -(-self.height // TILE)


class OpenedFile(msgspec.Struct, frozen=True):
    """What the reader found in a file: its picture, its identity when read, and a time found inside it.

    `embedded_time` is EXIF's or PNG's own notation, still to be parsed; `spooled` says that a clean copy of
    the pixels was left in the spool.
    """

    picture: Picture
    identity: FileIdentity
    embedded_time: str | None = None
    spooled: bool = False


class Shot(msgspec.Struct, frozen=True):
    """One sighting of a picture."""

    id: str
    picture: str
    source: str
    path: bytes
    taken_at: TakenAt
    added_ms: int


class Entity(msgspec.Struct, frozen=True):
    """A thing that the screen names."""

    kind: EntityKind
    text: str


class Description(msgspec.Struct, frozen=True):
    """What a rung says of a picture, without where it came from. Empty strings mean: not visible.

    `confidence` is 0..1, the rung's own estimate; it is not comparable between rungs.
    """

    application: str = ""
    application_type: ApplicationType = ApplicationType.UNKNOWN
    window_title: str = ""
    activity: Activity = Activity.UNKNOWN
    task: str = ""
    summary: str = ""
    entities: tuple[Entity, ...] = ()
    confidence: float = 0.0


class Result(msgspec.Struct, frozen=True):
    """A description and its provenance. `timings` are milliseconds by stage, measured.

    `reused_from` is the result that a `reused` one repeats, a model's own; None on other rungs.
    """

    id: str
    picture: str
    rung: Rung
    description: Description
    created_ms: int
    model: str | None = None
    prompt_version: str | None = None
    schema_version: int = RESULT_SCHEMA_VERSION
    timings: dict[str, int] = {}
    reused_from: str | None = None


class Job(msgspec.Struct, frozen=True):
    """A unit of work that survives restarts.

    `deaths` counts children that died while they ran it, `interruptions` the daemons that did, `failures`
    the attempts that a model failed without dying. After `deadline_ms` nobody wants it any more; None means
    that somebody always does.

    It stands in line by its age, or since `moved_ms` as if it had come then. It was put off `put_off` times,
    the last time until `resumes_ms`. One about a `session` has no picture: it is "".
    """

    id: str
    kind: JobKind
    picture: str
    created_ms: int
    urgency: Urgency = Urgency.NORMAL
    state: JobState = JobState.QUEUED
    deaths: int = 0
    shot: str | None = None
    question: str | None = None
    model: str | None = None
    error: str | None = None
    answer: str | None = None
    interruptions: int = 0
    failures: int = 0
    deadline_ms: int | None = None
    moved_ms: int | None = None
    put_off: int = 0
    resumes_ms: int | None = None
    session: str | None = None

    @property
    def since_ms(self) -> int:
        """When it took its place in line."""
        return self.created_ms if self.moved_ms is None else self.moved_ms


class Rejection(msgspec.Struct, frozen=True):
    """A file that was seen and cannot be a shot: a stable `code` and a sentence for a person."""

    id: str
    source: str
    path: bytes
    code: str
    detail: str
    seen_ms: int
    identity: FileIdentity | None = None
