"""The watched folder itself."""

import os

import pytest

from glimpsed.sources.root import look_at_root, remote_filesystem


def test_tells_what_is_there(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "dir").mkdir()
    (tmp_path / "link").symlink_to("dir")
    (tmp_path / "loop").symlink_to("loop")
    found = {
        name: look_at_root(os.fsencode(tmp_path / name)) for name in ("dir", "link", "file", "no", "loop")
    }
    info = (tmp_path / "dir").stat()
    assert found["dir"].state == "watching"
    assert found["dir"].identity == (info.st_dev, info.st_ino)
    assert found["link"] == found["dir"]
    assert found["no"].state == "missing"
    assert look_at_root(os.fsencode(tmp_path / "file" / "below")).state == "missing"
    for name in ("file", "loop"):
        assert found[name].state == "unreadable"
        assert found[name].detail


MOUNTS = b"""\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:40 / /home/me/share\\040one rw shared:2 - nfs4 server:/x rw
41 22 0:41 / /home/me/drive rw - fuse.sshfs me@there: rw
42 22 0:42 / /home/me/windows rw - fuseblk /dev/sdb1 rw
43 41 0:43 / /home/me/drive/ram rw master:9 - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (b"/home/me/Pictures", None),
        (b"/home/me/share one", "nfs4"),
        (b"/home/me/share one/a/b", "nfs4"),
        (b"/home/me/share one more", None),
        (b"/home/me/drive/x", "fuse.sshfs"),
        (b"/home/me/drive/ram/x", None),
        (b"/home/me/windows", None),
    ],
)
def test_knows_where_changes_go_unheard(tmp_path, path, kind):
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes(MOUNTS)
    assert remote_filesystem(path, mounts) == kind


def test_reads_the_real_mounts(tmp_path):
    assert remote_filesystem(b"/proc/self") is None
    assert remote_filesystem(os.fsencode(tmp_path), tmp_path / "no such table") is None
