"""The spool knows what it holds, and lets go of what nobody is owed."""

from glimpsed.store.spool import Spool


def copy(directory, name, size=10):
    (directory / f"{name}.png").write_bytes(b"x" * size)


def test_it_takes_stock_of_what_a_daemon_before_left(tmp_path):
    copy(tmp_path, "a", 10)
    copy(tmp_path, "b", 20)
    spool = Spool(tmp_path, 1000)
    assert (spool.files, spool.bytes) == (2, 30)


def test_it_is_full_at_its_bound_and_has_room_again_after_a_drop(tmp_path):
    spool = Spool(tmp_path, 30)
    copy(tmp_path, "a", 30)
    spool.added("a")
    assert not spool.has_room()
    spool.drop("a")
    assert spool.has_room()
    assert not spool.path("a").exists()


def test_a_copy_that_is_made_again_counts_once(tmp_path):
    spool = Spool(tmp_path, 1000)
    for size in (10, 25):
        copy(tmp_path, "a", size)
        spool.added("a")
    assert (spool.files, spool.bytes) == (1, 25)


def test_only_what_is_owed_survives_a_restart(tmp_path):
    copy(tmp_path, "owed")
    copy(tmp_path, "done")
    (tmp_path / "half.png.part").write_bytes(b"x")
    spool = Spool(tmp_path, 1000)
    spool.keep_only({"owed"})
    assert [found.name for found in tmp_path.iterdir()] == ["owed.png"]
    assert spool.files == 1
    assert spool.bytes == 10


def test_dropping_what_is_not_there_changes_nothing(tmp_path):
    spool = Spool(tmp_path, 1000)
    spool.drop("nothing")
    spool.added("nothing")
    assert (spool.files, spool.bytes) == (0, 0)
