"""`glimpse report`: a day as a document."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client

FORMATS = ("json", "markdown", "html")
_STANDARD_OUTPUT = Path("-")


@click.command()
@options.date
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    default="markdown",
    show_default=True,
    help="Of the document.",
)
@click.option(
    "--output",
    "file",
    type=click.Path(path_type=Path),
    default=_STANDARD_OUTPUT,
    metavar="FILE",
    help="Write it to this file, which only you can read, instead of printing it.",
)
@options.as_json
def command(*, date: str, kind: str, file: Path, as_json: bool) -> None:
    """DATE as a document: YYYY-MM-DD, today (the default) or yesterday.

    The HTML is one file that needs neither a network nor scripts.
    """
    with Client() as client:
        reply = client.report(date, format=kind)
    if file != _STANDARD_OUTPUT:
        _write(file, reply.text)
        output.talk(f"wrote {file}")
    if as_json:
        output.say_json(**output.fields_of(reply))
    elif file == _STANDARD_OUTPUT:
        for line in reply.text.removesuffix("\n").split("\n"):
            output.say(line)


def _write(file: Path, text: str) -> None:
    """Put it in place whole or not at all. Raises `ClickException`."""
    try:
        if (file.is_symlink() or file.exists()) and not stat.S_ISREG(file.lstat().st_mode):
            raise click.ClickException(f"{file} is no file that could be replaced")
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:100]}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as made:
                made.write(text)
                made.flush()
                os.fsync(made.fileno())
            Path(name).replace(file)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror}") from error
