"""From any older schema to the newest, or a plain refusal.

Rules of this file: everything happens in one transaction, so a failure leaves the file as it was. An older
database is copied beside itself before it is touched. Foreign keys are off while it runs, so that a step may
rebuild a table, and are checked before the commit. What SQL cannot say is a function that steps may call.
"""

import os
from importlib.resources import files
from pathlib import Path
from typing import Any

import apsw
import msgspec
import structlog

from glimpsed.core.dedup import changed_tiles
from glimpsed.core.errors import StoreError
from glimpsed.core.model import TextLine
from glimpsed.store import lines

log = structlog.get_logger()

APPLICATION_ID = 0x676C6D70
"""Written into the file's header ("glmp"), which tells it from other programs' databases."""


FREE = 0.25
"""A file of which more than this share is free after an upgrade is made smaller, which takes a while, too."""


class Schema(msgspec.Struct, frozen=True):
    """What a database shall look like: `sql` makes a new one, `steps[v]` brings version v - 1 to v."""

    sql: str
    steps: dict[int, str]

    @property
    def version(self) -> int:
        """The newest version; the first one had no step."""
        return max(self.steps, default=1)


def shipped() -> Schema:
    """The schema of this release."""
    here = files("glimpsed.store")
    scripts = (entry for entry in (here / "migrations").iterdir() if entry.name.endswith(".sql"))
    steps = {int(script.name[:4]): script.read_text("utf-8") for script in scripts}
    return Schema((here / "schema.sql").read_text("utf-8"), steps)


def bring_up(cx: apsw.Connection, path: Path, schema: Schema, epoch: str) -> None:
    """Make, upgrade or accept the database; `epoch` becomes the name of a new one.

    Raises `StoreError`: `newer_schema`, `foreign` (another program's), `migration_failed`.
    """
    version = _version(cx, path)
    if version > schema.version:
        raise StoreError(
            "newer_schema",
            f"{path} has schema version {version}, made by a newer glimpsed; "
            f"this one knows versions up to {schema.version}",
        )
    if version == schema.version:
        return
    if version > 0:
        mib = path.stat().st_size >> 20  # a gigabyte takes half a minute or so, a sixth of it for the copy
        log.info("store.upgrading", version=version, to=schema.version, mib=mib)
        _back_up(cx, path, version)
    try:
        _apply(cx, version, schema, epoch)
    except (apsw.SQLError, apsw.ConstraintError) as error:
        raise StoreError("migration_failed", f"{path} from version {version}: {error}") from error
    if cx.pragma("freelist_count") > cx.pragma("page_count") * FREE:
        cx.execute("VACUUM")


def _apply(cx: apsw.Connection, version: int, schema: Schema, epoch: str) -> None:
    cx.create_scalar_function("packed_texts", lambda *json: lines.texts_of(_lines(json[0])), 1)
    cx.create_scalar_function("packed_places", lambda *json: lines.places_of(_lines(json[0])), 1)
    cx.create_scalar_function("changed_tiles", _changed_tiles, 2)
    cx.execute("BEGIN IMMEDIATE")
    try:
        if version == 0:
            cx.execute(schema.sql)
            cx.execute("INSERT INTO meta (key, value) VALUES ('epoch', ?)", (epoch,))
            cx.pragma("application_id", APPLICATION_ID)
        else:
            for step in range(version + 1, schema.version + 1):
                cx.execute(schema.steps[step])
        if cx.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise apsw.ConstraintError("a foreign key points nowhere")
        cx.pragma("user_version", schema.version)
        cx.execute("COMMIT")
    finally:
        if cx.in_transaction:
            cx.execute("ROLLBACK")


def _lines(json: Any) -> tuple[TextLine, ...]:
    return msgspec.json.decode(json, type=tuple[TextLine, ...])


def _changed_tiles(*digests: Any) -> int | None:
    before, after = digests
    return changed_tiles(before, after)


def _version(cx: apsw.Connection, path: Path) -> int:
    """The schema's version, 0 for a new file."""
    application, version = cx.pragma("application_id"), cx.pragma("user_version")
    if application == APPLICATION_ID:
        return int(version)
    empty = not cx.execute("SELECT EXISTS (SELECT 1 FROM sqlite_schema)").get
    if application == 0 and version == 0 and empty:
        return 0
    raise StoreError("foreign", f"{path} is a database of another program")


def _back_up(cx: apsw.Connection, path: Path, version: int) -> None:
    """Copy the database to `<file>.v<version>.bak`, which appears only once it is whole and on the disk."""
    unfinished = Path(f"{path}.v{version}.tmp")
    unfinished.unlink(missing_ok=True)
    file = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        copy = apsw.Connection(str(unfinished), flags=apsw.SQLITE_OPEN_READWRITE)
        with copy.backup("main", cx, "main") as backup:
            backup.step()
        copy.close()
        os.fsync(file)
    finally:
        os.close(file)
    unfinished.replace(f"{path}.v{version}.bak")
