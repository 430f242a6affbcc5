"""The `glimpsed` command: arguments and exit codes.

Rules of this file: nothing is done here but to read arguments and to turn an error into an exit code: 0 ok,
1 failed, 2 the configuration or the arguments are wrong, 3 another daemon is running.
"""

import asyncio
import sys
from pathlib import Path

import click

from glimpsed import __version__
from glimpsed.config import Config, ConfigErrors, load, with_profile, with_sources
from glimpsed.core.errors import ConfigError, GlimpsedError, StoreError
from glimpsed.host.lock import AlreadyRunningError
from glimpsed.host.paths import (
    PROFILE,
    chosen_profile,
    config_file,
    paths,
    prepare,
    screenshots_directory,
)
from glimpsed.wire.errors import EndpointError

FAILED, USAGE, RUNNING = 1, 2, 3

THREAD_TURN_S = 0.0005
"""How long a thread may have Python to itself: clients are answered in milliseconds, and the writer's thread,
which is busiest when many files arrive, must not take 5 of them (the default) each time it is met."""

_config_option = click.option(
    "--config",
    "named",
    type=click.Path(path_type=Path),
    help="Configuration file, instead of $GLIMPSED_CONFIG or the one in the configuration directory.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="glimpsed")
def main() -> None:
    """Read screenshots as they are taken, describe them, and never send them anywhere."""


@main.command()
@_config_option
@click.option(
    "--watch",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Watch this folder, instead of those of the configuration. May be given several times.",
)
@click.option("--show", is_flag=True, help="Print what happens on this terminal, as `glimpse watch` does.")
def run(named: Path | None, folders: tuple[Path, ...], *, show: bool) -> None:
    """Run the daemon in the foreground until SIGTERM or Ctrl-C."""
    file = config_file(named)
    config = _loaded(file, folders)
    where = paths()
    try:
        prepare(where)
    except GlimpsedError as error:
        _end(USAGE, error.detail)
    from glimpsed.app import Daemon  # noqa: PLC0415 - the rest of the house is not needed to say no
    from glimpsed.host import log  # noqa: PLC0415

    sys.setswitchinterval(THREAD_TURN_S)
    log.configure("warning" if show and config.log.level == "info" else config.log.level)
    try:
        asyncio.run(Daemon(config, file, where, show=show).run())
    except AlreadyRunningError as error:
        _end(RUNNING, error.detail)
    except (ConfigError, EndpointError) as error:
        _end(USAGE, str(error))
    except StoreError as error:
        _end(FAILED, error.detail)


@main.command("check-config")
@_config_option
def check_config(named: Path | None) -> None:
    """Say everything that is wrong with the configuration, or that nothing is.

    What it names and is not there, or cannot be used, is said too, and is no error: the daemon runs without.
    """
    from glimpsed.engine.inspect import inspect  # noqa: PLC0415 - `run` says it in its own time

    file = config_file(named)
    config = _loaded(file, ())
    click.echo(f"{file or 'no file, so every default'}: ok")
    for name, folder in config.sources.items():
        there = "" if folder.path.is_dir() else ", which is not there yet"
        click.echo(f"  watches {folder.path} as {name}{there}")
    for name, model in config.models.items():
        problem = inspect(model)
        said = str(model.file) if problem is None else f"unusable: {problem.detail}. {problem.hint}"
        click.echo(f"  model {name}: {said}")


def _loaded(file: Path | None, folders: tuple[Path, ...]) -> Config:
    try:
        config = with_profile(load(file), chosen_profile(), PROFILE)
        return with_sources(config, folders, screenshots_directory())
    except ConfigErrors as errors:
        for problem in errors.problems:
            click.echo(f"{file or 'configuration'}: {problem}", err=True)
        sys.exit(USAGE)


def _end(code: int, detail: str) -> None:
    click.echo(f"glimpsed: {detail}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
