"""The machine decides rightly: no clock, no process, no file."""

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobKind, JobState
from machine_world import World, identity, seen


def test_a_settled_file_is_opened_committed_read_and_described():
    world = World()
    world.tell(seen(b"a.png"))
    assert [type(e) for e in world.pending] == [do.OpenFile]
    world.settle()
    assert world.shots
    assert sorted(world.results["a"]) == [JobKind.DESCRIBE, JobKind.READ]
    assert all(job.state is JobState.DONE for job in world.jobs.values())


def test_a_file_that_may_still_grow_is_looked_at_again_before_it_is_opened():
    world = World()
    world.tell(seen(b"a.png", settled=False))
    assert not world.pending
    world.now = world.machine.wake_at
    world.tell(was.TimePassed())
    assert isinstance(world.pending[0], do.LookAtFile)
    world.settle()
    assert world.shots


def test_it_is_known_for_how_long_a_complete_file_has_waited_to_be_taken_in():
    world = World()
    for name in (b"first.png", b"second.png"):
        world.tell(seen(name))
    world.tell(seen(b"growing.png", settled=False))
    world.now += 20.0
    world.succeed(world.take(do.OpenFile))
    assert world.take(do.AcceptFile).waited_s == 20.0
    world.tell(was.FileSubmitted("t", "folder", b"second.png"))  # and was already waited for
    world.now += 10.0
    world.succeed(world.take(do.OpenFile))
    assert world.take(do.AcceptFile).waited_s == 30.0
    world.tell(was.TimePassed())
    world.succeed(world.take(do.LookAtFile))
    world.now += 5.0
    world.succeed(world.take(do.OpenFile))
    assert world.take(do.AcceptFile).waited_s == 5.0, "that it was seen to grow before is no wait of ours"


def test_a_file_that_vanishes_before_it_is_complete_is_rejected():
    world = World()
    world.tell(seen(b"a.png", settled=False))
    world.now = world.machine.wake_at
    world.tell(was.TimePassed())
    world.tell(was.FileLooked(world.take(do.LookAtFile).key, None))
    world.settle()
    assert world.rejections == {("folder", b"a.png"): "vanished"}


def test_a_truncated_file_is_tried_again_later_and_then_rejected():
    world = World()
    world.tell(seen(b"a.png"))
    attempts = 0
    while not world.rejections:
        if world.is_pending(do.OpenFile):
            attempts += 1
            world.tell(was.FileRefused(world.take(do.OpenFile).key, "truncated", "ends early"))
        elif world.pending:
            world.succeed(world.pending.pop(0))
        else:
            world.now = world.machine.wake_at
            world.tell(was.TimePassed())
    assert attempts == 4
    assert world.rejections == {("folder", b"a.png"): "truncated"}
    assert len(world.machine.reading.intake) == 0


def test_who_submits_while_the_file_is_opened_is_answered_though_it_was_truncated_then():
    world = World()
    world.tell(seen(b"a.png"))
    world.tell(was.FileSubmitted("t", "folder", b"a.png"))
    world.tell(was.FileRefused(world.take(do.OpenFile).key, "truncated", "ends early"))
    world.settle()
    assert isinstance(world.answers["t"], do.Answer)


def test_who_submits_while_the_file_kills_a_reader_is_served_next():
    world = World()
    for name in (b"a.png", b"b.png"):
        world.tell(seen(name, origin="scan"))
    world.tell(was.FileSubmitted("t", "folder", b"a.png"))
    world.tell(was.ReaderDied(world.take(do.OpenFile).key, "x"))
    assert world.pending[0].key[1] == b"a.png"
    world.settle()
    assert isinstance(world.answers["t"], do.Answer)


def test_a_submitted_file_that_is_truncated_is_refused_at_once():
    world = World()
    world.tell(was.FileSubmitted("t1", "submit", b"/a.png"))
    world.tell(was.FileRefused(world.take(do.OpenFile).key, "truncated", "ends early"))
    world.settle()
    assert world.answers["t1"] == do.Refuse("t1", "rejected", "truncated: ends early")


def test_two_who_submit_the_same_file_both_get_the_one_shot():
    world = World()
    world.tell(was.FileSubmitted("t1", "submit", b"/a.png"))
    world.tell(was.FileSubmitted("t2", "submit", b"/a.png"))
    world.settle()
    assert world.answers["t1"].subject == world.answers["t2"].subject
    assert len(world.shots) == 1


def test_a_file_that_changes_while_it_is_opened_is_opened_again():
    world = World()
    world.tell(seen(b"a.png"))
    world.tell(seen(b"a.png", of=identity(size=99)))
    world.settle()
    assert not world.pending
    world.now += 10
    world.tell(was.TimePassed())
    world.settle()
    assert len(world.shots) == 1
    assert len(world.machine.reading.intake) == 0


def test_a_person_who_waits_comes_before_everything_and_text_before_the_backlog():
    world = World(models=())
    for n in range(3):
        world.tell(seen(b"old%d.png" % n, origin="scan"))
    world.tell(was.FileSubmitted("t", "submit", b"/mine.png"))
    world.tell(seen(b"new.png"))
    order = []
    while world.pending:
        if world.is_pending(do.AcceptFile):  # commits are quick beside what the reader does
            world.succeed(world.take(do.AcceptFile))
            continue
        effect = world.pending.pop(0)
        sha = "x"
        if isinstance(effect, do.OpenFile):
            order.append(effect.key[1])
            sha = effect.key[1].decode()
        elif isinstance(effect, do.StartRead):
            order.append(effect.job.picture)
        world.succeed(effect, sha)
    assert order == [
        b"old0.png", b"/mine.png", b"new.png", "/mine.png", "new.png", "old0.png", b"old1.png", b"old2.png",
        "old1.png", "old2.png",
    ]  # fmt: skip


def test_a_description_waits_for_its_text_as_long_as_that_can_come():
    world = World()
    world.tell(seen(b"a.png"))
    world.succeed(world.take(do.OpenFile))
    world.succeed(world.take(do.AcceptFile))
    assert world.is_pending(do.StartRead)
    assert not world.is_pending(do.LoadModel)
    world.succeed(world.take(do.StartRead))
    assert not world.is_pending(do.LoadModel)  # the text is not committed yet
    world.succeed(world.take(do.FinishRead))
    assert world.is_pending(do.LoadModel)


def test_a_missing_ocr_engine_holds_no_description_up_and_its_job_is_kept():
    world = World()
    world.tell(was.ReaderProbed("engine_missing", "install it"))
    world.tell(seen(b"a.png"))
    world.settle()
    assert world.results["a"] == [JobKind.DESCRIBE]
    world.tell(was.ReaderProbed("", ""))
    world.settle()
    assert sorted(world.results["a"]) == [JobKind.DESCRIBE, JobKind.READ]


def test_a_reader_that_dies_twice_over_a_file_has_it_rejected():
    world = World()
    world.tell(seen(b"a.png"))
    for _ in range(2):
        world.tell(was.ReaderDied(world.take(do.OpenFile).key, "killed by SIGSEGV"))
    world.settle()
    assert world.rejections == {("folder", b"a.png"): "reader_died"}
