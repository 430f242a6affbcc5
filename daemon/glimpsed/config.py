"""TOML -> frozen structs; every error at once, each with its path and a suggestion.

Rules of this file: defaults live here and nowhere else (`config.example.toml` is held equal to them by a
test). Paths come out absolute: `~` is expanded, relative ones are relative to the configuration file.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]

Role = Literal["screen", "ask"]
OcrEngine = Literal["rapidocr", "tesseract", "none"]
LogLevel = Literal["debug", "info", "warning", "error"]


class LogConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes to standard error: pretty on a terminal, JSON lines otherwise. Never text from a screen."""

    level: LogLevel = "info"


class FolderConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A folder of screenshots, `[sources.<name>]`."""

    path: Path
    recursive: bool = True
    rescan_s: Seconds = 300.0


class OcrConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How text is read. `threads` 0 means: as many as there are cores, at most 4."""

    engine: OcrEngine = "rapidocr"
    threads: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    languages: tuple[str, ...] = ("eng",)
    run_limit_s: Seconds = 120.0


class ModelConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A GGUF model, `[models.<name>]`; `mmproj` makes it a vision model.

    `gpu_layers` -1 means all of them, `threads` 0 as many as there are cores.
    """

    file: Path
    mmproj: Path | None = None
    role: Role | tuple[Role, ...] = ("screen", "ask")
    backend: Literal["llama_cpp", "fake"] = "llama_cpp"
    context: Annotated[int, msgspec.Meta(ge=512)] = 4096
    max_output_tokens: Annotated[int, msgspec.Meta(ge=16)] = 512
    gpu_layers: Annotated[int, msgspec.Meta(ge=-1)] = -1
    threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    load_limit_s: Seconds = 600.0
    run_limit_s: Seconds = 600.0

    @property
    def roles(self) -> tuple[Role, ...]:
        """`role` as a tuple, however it was written."""
        return (self.role,) if isinstance(self.role, str) else self.role


class StoreConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much is kept. The spool holds clean copies of pictures that are still owed work."""

    spool_max_mb: Count = 2048
    events_keep: Annotated[int, msgspec.Meta(ge=1000)] = 100_000


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole configuration."""

    log: LogConfig = LogConfig()
    sources: dict[str, FolderConfig] = {}
    ocr: OcrConfig = OcrConfig()
    models: dict[str, ModelConfig] = {}
    store: StoreConfig = StoreConfig()
