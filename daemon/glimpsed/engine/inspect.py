"""What can be said of a model's files before anything loads them.

Rules of this file: safe in the daemon; reads heads of files, imports no llama_cpp. It may miss a fault, which
then ends a child; it may not refuse what llama.cpp would run. Sentences are for the person whose files they
are: they name the file and say what to do.
"""

import stat
from pathlib import Path

import msgspec

from glimpsed.config import SHOWN_PICTURES, ModelConfig
from glimpsed.engine import backend
from glimpsed.engine.gguf import GgufError, Head, read_head

MINICPMV_VERSIONS = {2: "2.5", 3: "2.6", 4: "o-2.6", 5: "4.0", 6: "4.5 or o-4.0", 100045: "o-4.5"}
"""MiniCPM-V by the `clip.minicpmv_version` that llama.cpp knows it by."""

_FAMILIES: dict[tuple[object, object], tuple[int, ...]] = {
    ("llama", 4096): (2,),
    ("qwen2", 3584): (3, 4),
    ("qwen3", 4096): (6, 100045),
}
"""Versions that belong to a language model, by its architecture and width; others may be anybody's."""

_CORRECT_PATH = "Correct the path in the configuration."
_FETCH_AGAIN = "Fetch the file again; its download was probably cut short."


class ModelProblem(msgspec.Struct, frozen=True):
    """Why a model cannot run: a stable `code`, what is wrong, and what to do about it."""

    code: str
    detail: str
    hint: str


def inspect(config: ModelConfig) -> ModelProblem | None:
    """The first problem that a model's files show, None when they look right.

    Codes: `missing`, `unreadable`, `not_gguf`, `unsupported_version`, `short`, `malformed`,
    `not_a_text_model`, `no_projector`, `not_a_projector`, `wrong_pair`, `backend_missing`. Reads from disk:
    up to 0.2 s for a large vocabulary.
    """
    try:
        if config.backend == "fake":  # its script says whether it can see
            _require_file(config.file)
            return None
        text = _text_model(config.file)
        if config.mmproj is not None:
            _require_pair(config.file, text, config.mmproj, _projector(config.mmproj))
        elif config.must_see:
            raise _blind(config)
        _require_backend()
    except _ProblemError as error:
        return error.problem
    return None


class _ProblemError(Exception):
    """Carries the problem out of whichever check found it."""

    def __init__(self, code: str, detail: str, hint: str) -> None:
        super().__init__(code)
        self.problem = ModelProblem(code, detail, hint)


def _require_backend() -> None:
    if not backend.installed():
        detail = "llama-cpp-python, which runs models, is not installed"
        raise _ProblemError("backend_missing", detail, "Install it: pip install 'glimpsed[models]'.")


def _require_file(path: Path) -> None:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _ProblemError("missing", f"{path} is not a file", _CORRECT_PATH)
        with path.open("rb"):
            pass
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _ProblemError("missing", f"{path} does not exist", _CORRECT_PATH) from error
    except OSError as error:
        detail = f"{path} cannot be read: {error.strerror}"
        raise _ProblemError("unreadable", detail, "Give the daemon's user permission to read it.") from error


def _complete_head(path: Path) -> Head:
    _require_file(path)
    try:
        head, size = read_head(path), path.stat().st_size
    except GgufError as error:
        hint = _FETCH_AGAIN if error.code == "short" else "Name a GGUF file that llama.cpp can load."
        raise _ProblemError(error.code, f"{path}: {error.detail}", hint) from error
    except OSError as error:
        raise _ProblemError("unreadable", f"{path} cannot be read: {error.strerror}", _FETCH_AGAIN) from error
    if size < head.expected_size:
        detail = f"{path} is incomplete: it has {size} bytes of at least {head.expected_size}"
        raise _ProblemError("short", detail, _FETCH_AGAIN)
    return head


def _text_model(path: Path) -> Head:
    head = _complete_head(path)
    if _is_projector(head):
        hint = "Name it as `mmproj`, and the language model that belongs to it as `file`."
        raise _ProblemError("not_a_text_model", f"{path} is a projector (mmproj), not a language model", hint)
    if "tokenizer.ggml.model" not in head.metadata or not head.tensors:
        lacking = "weights" if "tokenizer.ggml.model" in head.metadata else "vocabulary"
        detail = f"{path} is not a language model: it has no {lacking}"
        raise _ProblemError("not_a_text_model", detail, "Name the GGUF file of a language model as `file`.")
    return head


def _projector(path: Path) -> Head:
    head = _complete_head(path)
    if not _is_projector(head):
        detail = f"{path} is not a projector: it has no vision encoder"
        raise _ProblemError("not_a_projector", detail, "Name the model's own mmproj file as `mmproj`.")
    return head


def _blind(config: ModelConfig) -> _ProblemError:
    seeing = " and ".join(role for role in config.roles if role in SHOWN_PICTURES)
    detail = f"{config.file} has no projector, and who has the role {seeing} is shown pictures"
    hint = "Name the model's own mmproj file as `mmproj`, or give the role to a model that can see."
    return _ProblemError("no_projector", detail, hint)


def _is_projector(head: Head) -> bool:
    # The key is what llama.cpp goes by; converters have left the architecture out.
    architecture = head.metadata.get("general.architecture", "clip")
    return architecture == "clip" and head.metadata.get("clip.has_vision_encoder") is True


def _require_pair(file: Path, text: Head, mmproj: Path, projector: Head) -> None:
    if projector.metadata.get("clip.projector_type") != "resampler":
        return  # another family's projector; its tensors have other names
    hint = "Use the model and the mmproj file that were published together."
    version = projector.metadata.get("clip.minicpmv_version") or 2
    if not isinstance(version, int) or version not in MINICPMV_VERSIONS:
        detail = f"{mmproj} is for MiniCPM-V of version {version}, which llama.cpp does not know"
        raise _ProblemError("wrong_pair", detail, hint)
    architecture = text.metadata.get("general.architecture")
    width = text.metadata.get(f"{architecture}.embedding_length")
    output = projector.tensors.get("resampler.proj.weight")
    if output is not None and output.shape and width is not None and output.shape[0] != width:
        detail = f"{mmproj} makes embeddings of width {output.shape[0]}, {file} takes width {width}"
        raise _ProblemError("wrong_pair", detail, hint)
    if version not in _FAMILIES.get((architecture, width), (version,)):
        detail = f"{mmproj} is for MiniCPM-V {MINICPMV_VERSIONS[version]}, {file} ({architecture}) is not"
        raise _ProblemError("wrong_pair", detail, hint)
