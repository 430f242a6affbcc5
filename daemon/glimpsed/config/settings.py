"""What a person may write, as frozen structs with their defaults.

Rules of this file: defaults live here and nowhere else (`config.example.toml` is held equal to them by a
test). Every number has an upper bound, so that none can overflow what it is later used for. What is automatic
has a value that says so, and is decided by whoever knows the machine.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from glimpsed.core.fit import FlashAttention, KvType
from glimpsed.core.sessions.settings import DAY_MS, HOUR_MS, MINUTE_MS
from glimpsed.core.slicing import Detail

Seconds = Annotated[float, msgspec.Meta(gt=0, le=366 * 86_400)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Megabytes = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
Language = Annotated[str, msgspec.Meta(pattern="^[A-Za-z][A-Za-z_/]*$")]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Priority = Annotated[int, msgspec.Meta(ge=-1000, le=1000)]
Offset = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Length = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
TimeOfDay = Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Rectangle = tuple[Offset, Offset, Length, Length]

Role = Literal["screen", "session", "ask"]
Rank = Literal["critical", "high", "normal", "low", "background"]
OcrEngine = Literal["rapidocr", "tesseract", "none"]
LogLevel = Literal["debug", "info", "warning", "error"]
ProjectorPlace = Literal["auto", "gpu", "cpu"]
GpuLayers = Literal["auto"] | Annotated[int, msgspec.Meta(ge=-1, le=10_000)]
DetailChoice = Literal["auto", Detail]
KvChoice = Literal["auto", KvType]
ProfileChoice = Literal[
    "auto",
    "development",
    "constrained_6gb",
    "constrained_16gb",
    "balanced_24gb",
    "multi_gpu_2x16gb",
    "generous_96gb",
]

SHOWN_PICTURES: frozenset[Role] = frozenset({"screen", "ask"})
"""Roles whose model must be able to see."""

MIN_CONTEXT = 512
"""Tokens; with fewer nothing can be asked."""


class LogConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes to standard error: pretty on a terminal, JSON lines otherwise. Never text from a screen."""

    level: LogLevel = "info"


class FolderConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A folder of screenshots, `[sources.<name>]`.

    `rank` is how urgent its pictures are among others. What changes in the parts of the screen in `ignore`
    (left, top, width, height in pixels), or in the same 64-pixel tiles, is no reason to ask a model again.
    """

    path: Path
    recursive: bool = True
    rescan_s: Seconds = 300.0
    rank: Rank = "normal"
    ignore: tuple[Rectangle, ...] = ()


class OcrConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How text is read. `threads` 0 means: as many as there are cores, at most 4."""

    engine: OcrEngine = "rapidocr"
    threads: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    languages: Annotated[tuple[Language, ...], msgspec.Meta(min_length=1)] = ("eng",)
    run_limit_s: Seconds = 120.0


class ModelConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A GGUF model, `[models.<name>]`; `mmproj` makes it a vision model.

    `context` 0 is the profile's, and less where memory is short. `gpu_layers` -1 means all of them, "auto" as
    many as there is memory for. `threads` 0 means as many as there are cores, `memory_limit_mb` 0 what the
    model is expected to need and half as much again. `keep_alive_s` None is the profile's, a negative one for
    ever. A pinned hash is checked before the model is loaded.
    """

    file: Path
    mmproj: Path | None = None
    role: Role | Annotated[tuple[Role, ...], msgspec.Meta(min_length=1)] = ("screen", "ask")
    priority: dict[Role, Priority] = {}
    backend: Literal["llama_cpp", "fake"] = "llama_cpp"
    context: Annotated[int, msgspec.Meta(ge=0, le=1_048_576)] = 0
    max_output_tokens: Annotated[int, msgspec.Meta(ge=16, le=65_536)] = 512
    gpu_layers: GpuLayers = "auto"
    threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    flash_attn: FlashAttention = "auto"
    kv_type: KvChoice = "auto"
    projector: ProjectorPlace = "auto"
    file_sha256: Sha256 | None = None
    mmproj_sha256: Sha256 | None = None
    memory_limit_mb: Megabytes = 0
    keep_alive_s: Annotated[float, msgspec.Meta(ge=-1, le=366 * 86_400)] | None = None
    load_limit_s: Seconds = 600.0
    run_limit_s: Seconds = 600.0

    @property
    def roles(self) -> tuple[Role, ...]:
        """`role` as a tuple, however it was written."""
        return (self.role,) if isinstance(self.role, str) else self.role

    @property
    def priorities(self) -> dict[Role, int]:
        """Every role with its priority; the model with the larger one is preferred."""
        return {role: self.priority.get(role, 0) for role in self.roles}

    @property
    def must_see(self) -> bool:
        """Whether one of its roles is shown pictures."""
        return not SHOWN_PICTURES.isdisjoint(self.roles)


class VisionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How models look at pictures. The slice cache holds what an encoder made of parts seen before."""

    detail: DetailChoice = "auto"
    slice_cache_mb: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 256

    def detail_or(self, automatic: Detail) -> Detail:
        """The detail that was decided, or else this one."""
        return automatic if self.detail == "auto" else self.detail


class FeaturesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Emergency switches: what is off is not asked, and the ladder answers instead."""

    vision_model: bool = True
    session_model: bool = True


class SessionsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How sessions and days are parted. `day_start` is HH:MM on the wall clock."""

    day_start: TimeOfDay = "04:00"

    @property
    def day_start_ms(self) -> int:
        """When a day begins, in milliseconds after midnight."""
        hours, minutes = self.day_start.split(":")
        return int(hours) * HOUR_MS + int(minutes) * MINUTE_MS


class QueueConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many jobs may wait for a model: in memory, more wait in the store; and questions of people."""

    max_jobs: Annotated[int, msgspec.Meta(ge=100, le=1_000_000)] = 10_000
    max_questions: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 32


class ResourcesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What models may take in all; 0 is what the profile and the system say, and never more than that."""

    profile: ProfileChoice = "auto"
    gpu_memory_mb: Megabytes = 0
    main_memory_mb: Megabytes = 0


class YieldConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For whom work that nobody waits for is put off."""

    to_gpu_users: bool = True
    on_battery: bool = True


class StoreConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much is kept. The spool holds clean copies of pictures that are still owed work.

    `calls_keep` is how many calls of models stay on record.
    """

    spool_max_mb: Count = 2048
    events_keep: Annotated[int, msgspec.Meta(ge=1000, le=1_000_000_000)] = 100_000
    calls_keep: Annotated[int, msgspec.Meta(ge=1000, le=1_000_000_000)] = 100_000


class TasksConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a task that nobody works at any more counts as abandoned."""

    abandoned_after_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 14

    @property
    def abandoned_after_ms(self) -> int:
        """As milliseconds."""
        return self.abandoned_after_days * DAY_MS


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole configuration."""

    log: LogConfig = LogConfig()
    features: FeaturesConfig = FeaturesConfig()
    sources: dict[str, FolderConfig] = {}
    ocr: OcrConfig = OcrConfig()
    vision: VisionConfig = VisionConfig()
    models: dict[str, ModelConfig] = {}
    sessions: SessionsConfig = SessionsConfig()
    queue: QueueConfig = QueueConfig()
    resources: ResourcesConfig = ResourcesConfig()
    yielding: YieldConfig = msgspec.field(default=YieldConfig(), name="yield")
    store: StoreConfig = StoreConfig()
    tasks: TasksConfig = TasksConfig()
