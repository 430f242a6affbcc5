"""`doctor`: what is wrong, and what to do about it.

Rules of this file: a check is a function that gives one row, or one for each thing checked; it looks and
changes nothing. Checks stand in the order in which a person should mend them.
"""

import asyncio
import os
import shutil
import stat
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from glimpsed.api.context import Context
from glimpsed.core.casting import ROLES
from glimpsed.core.fit import GIB, Need
from glimpsed.engine.backend import backend_report
from glimpsed.engine.slot import CHILD_ENV, child_env
from glimpsed.host.gpu import gpus
from glimpsed.memory import Outlook
from glimpsed.store import search, sessions
from glimpsed.wire.messages import DoctorReply, DoctorRequest
from glimpsed.wire.views import CheckView

GPU_HINT = (
    "for an NVIDIA GPU: CMAKE_ARGS=-DGGML_CUDA=on pip install --force-reinstall --no-cache-dir "
    "--no-binary llama-cpp-python 'glimpsed[models]'"
)

LOW_DISK = GIB
"""Free bytes under which a data directory is called full."""


async def handle(context: Context, _request: DoctorRequest) -> DoctorReply:
    """Run every check."""
    rows: list[CheckView] = []
    for check in CHECKS:
        rows += await check(context)
    return DoctorReply(checks=rows)


async def _disk(context: Context) -> list[CheckView]:
    free = shutil.disk_usage(context.paths.data).free
    hint = "" if free >= LOW_DISK else f"make room on the disk of {context.paths.data}"
    return [CheckView(name="disk", ok=free >= LOW_DISK, detail=f"{_gib(free)} free", hint=hint)]


async def _private(context: Context) -> list[CheckView]:
    rows = []
    for directory in (context.paths.data, context.paths.runtime):
        mode = stat.S_IMODE(directory.stat().st_mode)
        fine = mode == stat.S_IRWXU
        hint = "" if fine else f"chmod 700 {directory}"
        detail = f"{directory} has mode {mode:04o}"
        rows.append(CheckView(name="private directory", ok=fine, detail=detail, hint=hint))
    return rows


async def _sources(context: Context) -> list[CheckView]:
    if not context.states:
        hint = "name a folder under [sources] in the configuration, or start with --watch DIR"
        return [CheckView(name="sources", ok=False, detail="no folder is watched", hint=hint)]
    return list(_source_rows(context))


def _source_rows(context: Context) -> Iterator[CheckView]:
    for name, state in context.states.items():
        path = context.config.sources[name].path
        fine = state.state in ("watching", "starting")
        detail = f"{path}: {state.state}" + (f", {state.detail}" if state.detail else "")
        hint = "" if fine else f"make {path} a folder that you can read, or name another one"
        yield CheckView(name=f"source {name}", ok=fine, detail=detail, hint=hint)


async def _ocr(context: Context) -> list[CheckView]:
    engine, reader = context.config.ocr.engine, context.machine.reading.reader
    if engine == "none":
        return [CheckView(name="ocr", ok=None, detail="switched off in the configuration", hint="")]
    return [CheckView(name="ocr", ok=not reader.code, detail=reader.detail or engine, hint=reader.detail)]


async def _search(context: Context) -> list[CheckView]:
    pending = await context.store.search(search.pending)
    if not pending:
        return [CheckView(name="search", ok=True, detail="every picture can be found", hint="")]
    detail = f"{pending} pictures at most, the oldest, are still to be indexed; that goes on by itself"
    return [CheckView(name="search", ok=None, detail=detail, hint="")]


async def _sessions(context: Context) -> list[CheckView]:
    unplaced = await context.store.read(sessions.unplaced)
    if not unplaced:
        return [CheckView(name="sessions", ok=True, detail="every screenshot is in a session", hint="")]
    detail = f"{unplaced} screenshots at most are in no session yet; that goes on by itself"
    return [CheckView(name="sessions", ok=None, detail=detail, hint="")]


async def _models(context: Context) -> list[CheckView]:
    models = list(context.machine.casting.models)
    if not models:
        detail = "no model is configured: results come from OCR and rules"
        return [CheckView(name="models", ok=None, detail=detail, hint="")]
    rows = []
    for model in models:
        file = str(context.config.models[model.name].file)
        if model.usable:
            rows += await _usable(context, model.name, file)
        else:
            detail = model.detail or file
            rows.append(CheckView(name=f"model {model.name}", ok=False, detail=detail, hint=model.hint))
    return rows


async def _roles(context: Context) -> list[CheckView]:
    """What models are configured for, and none does at present."""
    casting, rows = context.machine.casting, []
    for role in ROLES:
        selection = casting.selection(role)
        if selection.model is None and casting.models.meant_for(role):
            wrong = False if casting.on[role] else None  # a switch was thrown on purpose
            hint = f"`glimpse models why {role}` tells of each model"
            rows.append(CheckView(name=f"role {role}", ok=wrong, detail=selection.why, hint=hint))
    return rows


async def _usable(context: Context, name: str, file: str) -> list[CheckView]:
    """A model with its ceiling, and its settings: those of its child while it runs, else as configured."""
    running = name in context.pids()
    outlook = (context.memory.last(name) if running else None) or (await context.memory.ways(name))[0]
    ceiling = _gib(context.memory.ceiling(name, outlook))
    detail = f"{file}; its child is recycled over {ceiling} of main memory"
    over = context.over_its_limit(name)
    hint = f"{over}: raise memory_limit_mb" if over else ""
    row = CheckView(name=f"model {name}", ok=not over, detail=detail, hint=hint)
    return [row, _settings(context, name, outlook)]


async def _gpu(_context: Context) -> list[CheckView]:
    found = await asyncio.to_thread(gpus)
    if not found:
        hidden = ", or CUDA_VISIBLE_DEVICES hides it" if "CUDA_VISIBLE_DEVICES" in os.environ else ""
        detail = f"the driver shows no NVIDIA GPU{hidden}"
        return [CheckView(name="gpu", ok=None, detail=detail, hint="")]
    told = (f"{gpu.name}: {_gib(gpu.free)} of {_gib(gpu.total)} free" for gpu in found)
    return [CheckView(name="gpu", ok=True, detail=detail, hint="") for detail in told]


def _settings(context: Context, name: str, outlook: Outlook) -> CheckView:
    """What is in force for a model, as its child said or else as configured, and what it takes of memory."""
    settings = _configured(context, name, outlook) | outlook.in_force
    detail = ", ".join([*(f"{key} {value}" for key, value in settings.items()), _needs(outlook.need)])
    detail = "; ".join([detail, *outlook.plan.changed, *outlook.guessed])
    return CheckView(name=f"settings {name}", ok=True, detail=detail, hint="")


def _configured(context: Context, name: str, outlook: Outlook) -> dict[str, str]:
    model, vision = context.config.models[name], context.config.vision
    settings = {
        "context": str(outlook.plan.context),
        "flash_attn": model.flash_attn,
        "kv_type": outlook.plan.kv_type,
        "threads": str(model.threads or len(os.sched_getaffinity(0))),
        "gpu_layers": str(outlook.plan.gpu_layers),
    }
    if model.mmproj is not None:
        settings |= {
            "projector": "gpu" if outlook.plan.projector_on_gpu else "cpu",
            "detail": vision.detail,
            "slice_cache_mb": str(vision.slice_cache_mb),
        }
    return settings | {variable: (os.environ | child_env())[variable] for variable in CHILD_ENV}


def _needs(need: Need) -> str:
    how = "measured" if need.measured else "estimated"
    gpu = f"{_gib(need.gpu)} of a GPU and " if need.gpu else ""
    return f"takes {gpu}{_gib(need.main)} of main memory ({how})"


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB"


async def _backend(context: Context) -> list[CheckView]:
    report = await backend_report()
    if not report["installed"]:
        needed = any(model.backend == "llama_cpp" for model in context.config.models.values())
        hint = "pip install 'glimpsed[models]'"
        detail = report.get("detail", "llama-cpp-python is not installed")
        return [CheckView(name="llama.cpp", ok=False if needed else None, detail=detail, hint=hint)]
    device = "offloads to a GPU" if report["gpu_offload"] else "runs on the CPU only"
    hint = "" if report["gpu_offload"] else GPU_HINT
    return [CheckView(name="llama.cpp", ok=True, detail=f"{report['version']} {device}", hint=hint)]


async def _watches(_context: Context) -> list[CheckView]:
    most = await asyncio.to_thread(_watch_limit)
    if most is None:
        return []
    fine = most >= 8192  # noqa: PLR2004 - one watch a folder; the kernel's own default on small machines
    hint = "" if fine else "sysctl fs.inotify.max_user_watches=65536"
    return [CheckView(name="inotify", ok=fine, detail=f"{most} watches allowed", hint=hint)]


def _watch_limit() -> int | None:
    try:
        return int(Path("/proc/sys/fs/inotify/max_user_watches").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


async def _user(_context: Context) -> list[CheckView]:
    root = os.geteuid() == 0
    hint = "run it as yourself: it reads files that others may have made" if root else ""
    return [CheckView(name="user", ok=None if root else True, detail=f"uid {os.geteuid()}", hint=hint)]


CHECKS: tuple[Callable[[Context], Awaitable[list[CheckView]]], ...] = (
    _user,
    _disk,
    _private,
    _search,
    _sessions,
    _sources,
    _ocr,
    _models,
    _roles,
    _gpu,
    _backend,
    _watches,
)
