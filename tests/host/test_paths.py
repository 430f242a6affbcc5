"""Where things lie, and which directories are refused."""

import os
import stat
from pathlib import Path

import pytest

import child_python
from glimpsed.core.errors import ConfigError
from glimpsed.host.paths import Paths, prepare

PRINT = """
from glimpsed.host.paths import *
print(*paths(), config_file(None), screenshots_directory(), sep="\\n")
"""


def printed(home: Path, extra: dict[str, str] | None = None) -> list[Path]:
    return [Path(line) for line in child_python.run(PRINT, home, extra).stdout.splitlines()]


def test_without_any_variable_xdg_defaults_apply(tmp_path):
    data, _runtime, config, pictures = printed(tmp_path)
    assert data == tmp_path / ".local/share/glimpsed"
    assert config == Path("None")
    assert pictures == tmp_path / "Pictures/Screenshots"


def test_xdg_variables_apply(tmp_path):
    (tmp_path / "c/glimpsed").mkdir(parents=True)
    (tmp_path / "c/glimpsed/config.toml").touch()
    xdg = {
        "XDG_DATA_HOME": f"{tmp_path}/d",
        "XDG_RUNTIME_DIR": f"{tmp_path}/r",
        "XDG_CONFIG_HOME": f"{tmp_path}/c",
    }
    assert printed(tmp_path, xdg)[:3] == [
        tmp_path / "d/glimpsed",
        tmp_path / "r/glimpsed",
        tmp_path / "c/glimpsed/config.toml",
    ]


def test_our_variables_override(tmp_path):
    own = {
        "GLIMPSED_DATA_DIR": "~/d d",
        "GLIMPSED_RUNTIME_DIR": f"{tmp_path}/r",
        "GLIMPSED_CONFIG": f"{tmp_path}/gone.toml",
        "XDG_DATA_HOME": f"{tmp_path}/d",
    }
    assert printed(tmp_path, own)[:3] == [tmp_path / "d d", tmp_path / "r", tmp_path / "gone.toml"]


def test_an_empty_variable_is_no_variable(tmp_path):
    empty = {"GLIMPSED_DATA_DIR": "", "GLIMPSED_CONFIG": ""}
    assert printed(tmp_path, empty)[0] == tmp_path / ".local/share/glimpsed"
    assert printed(tmp_path, empty)[2] == Path("None")


def test_a_dangling_link_at_the_default_place_is_a_configuration_that_somebody_wanted(tmp_path):
    (tmp_path / ".config/glimpsed").mkdir(parents=True)
    link = tmp_path / ".config/glimpsed/config.toml"
    link.symlink_to("gone")
    assert printed(tmp_path)[2] == link


def test_pictures_lie_where_the_desktop_says(tmp_path):
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config/user-dirs.dirs").write_text('XDG_PICTURES_DIR="$HOME/Bilder"\n')
    assert printed(tmp_path)[3] == tmp_path / "Bilder/Screenshots"
    assert printed(tmp_path, {"XDG_PICTURES_DIR": f"{tmp_path}/p"})[3] == tmp_path / "p/Screenshots"


# Directories --------------------------------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def where(tmp_path):
    before = os.umask(0o022)
    yield Paths(tmp_path / "deep/er/data", tmp_path / "run")
    os.umask(before)


def test_directories_are_made_ours_alone(where):
    prepare(where)
    assert [mode(path) for path in (where.data, where.spool, where.runtime)] == [0o700] * 3
    assert mode(where.data.parent) == 0o700
    prepare(where)


def test_new_files_are_ours_alone(tmp_path):
    code = f"""
from pathlib import Path
from glimpsed.host.paths import Paths, prepare
where = Paths(Path({str(tmp_path / "d")!r}), Path({str(tmp_path / "r")!r}))
prepare(where)
(where.data / "file").touch()
(where.data / "dir").mkdir()
"""
    assert child_python.run(code, tmp_path).returncode == 0
    assert mode(tmp_path / "d/file") == 0o600
    assert mode(tmp_path / "d/dir") == 0o700


def test_a_directory_that_others_may_read_is_closed_to_them(where):
    where.runtime.mkdir(mode=0o755)
    prepare(where)
    assert mode(where.runtime) == 0o700


@pytest.mark.parametrize("bits", [0o777, 0o770, 0o720, 0o1777])
def test_a_directory_that_others_may_write_is_refused_and_left_alone(where, bits):
    where.runtime.mkdir()
    where.runtime.chmod(bits)
    with pytest.raises(ConfigError, match=r"run is writable by others \(mode [0-7]+\)") as caught:
        prepare(where)
    assert caught.value.code == "bad_directory"
    assert mode(where.runtime) == bits


@pytest.mark.parametrize("which", ["data", "spool", "runtime"])
def test_a_symbolic_link_is_refused(where, tmp_path, which):
    (tmp_path / "elsewhere").mkdir()
    where.data.mkdir(parents=True)
    link = getattr(where, which)
    if which == "data":
        link.rmdir()
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="is a symbolic link: put the real directory into GLIMPSED_"):
        prepare(where)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_file_in_the_place_of_a_directory_is_refused(where):
    where.runtime.touch()
    with pytest.raises(ConfigError, match=r"cannot be used \(File exists\)"):
        prepare(where)


def test_a_place_where_nothing_can_be_made_is_refused(where):
    with pytest.raises(ConfigError, match=r"cannot be used \(.+\): GLIMPSED_DATA_DIR names another one"):
        prepare(Paths(Path("/proc/glimpsed"), where.runtime))


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a directory to somebody else needs root")
def test_a_directory_of_somebody_else_is_refused(where):
    where.runtime.mkdir(mode=0o700)
    os.chown(where.runtime, 12345, 12345)
    with pytest.raises(ConfigError, match="belongs to uid 12345, not to you"):
        prepare(where)
