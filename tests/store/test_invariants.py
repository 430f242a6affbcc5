"""Any order of steps, with restarts in between, keeps what the store promises."""

import asyncio
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from glimpsed.core.model import JobKind, JobState, Rung, Urgency
from glimpsed.store import counts, events, jobs, pictures, results, shots
from store_samples import FOLDER, accept, as_said, ask_job, identity, open_database, result, sha, text

CONTENTS = st.integers(0, 3)
PATHS = st.sampled_from([b"/a.png", b"/b.png", b"/c.png"])
JOBS = st.tuples(st.sampled_from(["read", "describe"]), CONTENTS).map(lambda job: f"{job[0]}-{job[1]}")
ANY_JOB = JOBS | st.sampled_from(["ask-0", "ask-1"])
ENDS = st.sampled_from([JobState.FAILED, JobState.CANCELLED, JobState.POISONED])
DESCRIBED = (Rung.VISION, Rung.REUSED)
RUNGS = st.sampled_from(list(Rung))
OPEN = (JobState.DEFERRED, JobState.QUEUED, JobState.RUNNING)
LIKE = {0: 0, 1: 1, 2: 2, 3: 2}
"""Contents 2 and 3 are other bytes that show the same."""


class StoreMachine(RuleBasedStateMachine):
    """The store beside the simplest thing that it could be: a few dictionaries."""

    @initialize()
    def open(self):
        self.directory = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.jobs = {}
        self.interrupted = {}
        self.background = set()
        self.rungs = {}
        self.seen = []
        self.last_at = {}
        self.shots = 0
        self.answers = 0
        self.published = []
        self.db = None
        self.reopen()

    def reopen(self):
        if self.db is not None:
            self.runner.run(self.db.close())
        self.db = open_database(Path(self.directory.name))
        self.db.on_events(self.published.extend)

    def write(self, fn):
        return self.runner.run(self.db.write(fn))

    def read(self, fn):
        return self.runner.run(self.db.read(fn))

    def teardown(self):
        if hasattr(self, "db"):
            self.runner.run(self.db.close())
            self.runner.close()
            self.directory.cleanup()

    @rule(path=PATHS, content=CONTENTS, version=st.integers(0, 2))
    def accept(self, path, content, version):
        accepted = self.write(
            lambda w: accept(w, self.shots, content, version, like=LIKE[content], path=path)
        )
        assert accepted.new_shot == (self.last_at.get(path) != content)
        assert accepted.new_picture == (f"read-{content}" not in self.jobs)
        if accepted.new_shot:
            self.seen.append((path, content))
        self.rungs.setdefault(content, Rung.MINIMUM)
        owed = [
            job
            for job in (f"read-{content}", f"describe-{content}")
            if self.jobs.get(job) in (None, JobState.FAILED)
        ]
        if f"describe-{content}" in owed and self.is_spared(path, content):
            owed.remove(f"describe-{content}")
            self.rungs[content] = Rung.REUSED
        else:
            assert accepted.reused is None
        assert [job.id for job in accepted.jobs] == owed
        self.jobs.update({job.id: JobState.QUEUED for job in accepted.jobs})
        self.background.difference_update(owed)
        self.shots += accepted.new_shot
        self.last_at[path] = content
        files = [(path, identity(version)), (b"/never.png", identity(version))]
        assert self.read(lambda cx: shots.known(cx, FOLDER, files)) == {path}

    def is_spared(self, path, content):
        """Whether a picture is described already, or another was that shows the same, shortly before."""
        if self.rungs[content] in DESCRIBED:
            return self.rungs[content] is Rung.REUSED
        at = max(place for place, sighting in enumerate(self.seen) if sighting == (path, content))
        return any(
            LIKE[before] == LIKE[content] and self.rungs[before] in DESCRIBED
            for _, before in self.seen[max(0, at - pictures.LOOK_BACK) : at]
        )

    @rule(job=st.sampled_from(["ask-0", "ask-1"]))
    def ask(self, job):
        content = self.last_at.get(b"/a.png")
        if content is None or job in self.jobs:
            return
        about = self.read(lambda cx: shots.latest_of(cx, sha(content))).shot.id
        self.write(lambda w: jobs.add(w, ask_job(job, content, about)))
        self.jobs[job] = JobState.QUEUED

    @rule(job=ANY_JOB)
    def start(self, job):
        assert self.write(lambda w: jobs.start(w, job, "m")) == (self.jobs.get(job) is JobState.QUEUED)
        if self.jobs.get(job) is JobState.QUEUED:
            self.jobs[job] = JobState.RUNNING

    @rule(job=ANY_JOB, rung=RUNGS)
    def finish(self, job, rung):
        self.answers += 1
        kind, _, content = job.partition("-")
        said = result(f"result-{self.answers}", int(content), rung)
        if rung is Rung.REUSED and self.jobs.get(job) is JobState.RUNNING:
            first = self.read(lambda cx: results.results(cx, said.picture))[-1]
            said = msgspec.structs.replace(said, reused_from=first.id)
        steps = {
            JobKind.READ: lambda w: results.finish_read(w, job, text(), said),
            JobKind.DESCRIBE: lambda w: results.finish_describe(w, job, said),
            JobKind.ASK: lambda w: results.finish_ask(w, job, "A file.", "m"),
        }
        assert self.write(steps[JobKind(kind)]) == (self.jobs.get(job) is JobState.RUNNING)
        if self.jobs.get(job) is JobState.RUNNING:
            self.jobs[job] = JobState.DONE
            if kind != JobKind.ASK:
                self.rungs[int(content)] = min(self.rungs[int(content)], rung, key=lambda rung: rung.rank)

    @rule(job=ANY_JOB, state=ENDS)
    def end(self, job, state):
        assert self.write(lambda w: jobs.end(w, job, state, "why: so")) == (self.jobs.get(job) in OPEN)
        if self.jobs.get(job) in OPEN:
            self.jobs[job] = state

    @rule(job=ANY_JOB, died=st.booleans())
    def requeue(self, job, died):
        assert self.write(lambda w: jobs.requeue(w, as_said(job, deaths=int(died)))) == (
            self.jobs.get(job) is JobState.RUNNING
        )
        if self.jobs.get(job) is JobState.RUNNING:
            self.jobs[job] = JobState.QUEUED

    @rule(job=ANY_JOB)
    def defer(self, job):
        self.write(lambda w: jobs.defer(w, [job]))
        if self.jobs.get(job) is JobState.QUEUED:
            self.jobs[job] = JobState.DEFERRED

    @rule(limit=st.integers(0, 3))
    def recall(self, limit):
        recalled = self.write(lambda w: jobs.recall(w, limit))
        assert [job.id for job in recalled] == self.line(JobState.DEFERRED)[:limit]
        assert {job.state for job in recalled} <= {JobState.QUEUED}
        self.jobs.update({job.id: JobState.QUEUED for job in recalled})

    @rule()
    def revive(self):
        revived = self.write(lambda w: jobs.revive(w, JobKind.READ, frozenset(["why"]), 1))
        assert [job.id for job in revived] == [
            job for job, state in self.jobs.items() if state is JobState.FAILED and job.startswith("read")
        ]
        self.jobs.update({job.id: JobState.QUEUED for job in revived})
        self.background.update(job.id for job in revived)

    @rule(job=ANY_JOB)
    def demote(self, job):
        self.write(lambda w: jobs.rank(w, [as_said(job, urgency=Urgency.BACKGROUND)]))
        if self.jobs.get(job) in (JobState.DEFERRED, JobState.QUEUED):
            self.background.add(job)

    def line(self, state):
        """The jobs in a state, background last. Dictionaries keep the order of arrival, as the store does."""
        return sorted((job for job in self.jobs if self.jobs[job] is state), key=self.background.__contains__)

    @rule()
    def restart(self):
        self.reopen()
        queued, poisoned, deferred = self.write(jobs.restore)
        assert {job for job, _ in deferred} == set(self.line(JobState.DEFERRED))
        for job in [job for job, state in self.jobs.items() if state is JobState.RUNNING]:
            self.interrupted[job] = self.interrupted.get(job, 0) + 1
            self.jobs[job] = JobState.POISONED if self.interrupted[job] >= 3 else JobState.QUEUED
        assert [job.id for job in queued] == self.line(JobState.QUEUED)
        assert {job.id for job in poisoned} <= {
            job for job in self.jobs if self.jobs[job] is JobState.POISONED
        }

    @invariant()
    def jobs_are_as_expected(self):
        if not hasattr(self, "db"):
            return
        states = dict(self.read(lambda cx: cx.execute("SELECT id, state FROM job").fetchall()))
        assert states == self.jobs

    @invariant()
    def every_picture_has_one_current_result_and_every_done_job_one_result(self):
        if not hasattr(self, "db"):
            return
        found = self.read(everything)
        contents = {int(job.partition("-")[2]) for job in self.jobs if job.startswith("read")}
        assert found["current"] == sorted((sha(content), 1) for content in contents)
        asked = {job for job, state in self.jobs.items() if state is JobState.DONE and "ask" not in job}
        assert found["results of jobs"] == sorted((job, 1) for job in asked)
        assert found["best"] == [], "a better result is not current"
        assert found["counts"] == self.db.tally.counts
        assert found["counts"].shots == self.shots
        assert found["counts"].pictures == len(contents)
        assert found["rungs"] == {sha(content): rung for content, rung in self.rungs.items()}

    @invariant()
    def the_events_tell_the_whole_story(self):
        if not hasattr(self, "db"):
            return
        stored = self.read(lambda cx: events.since(cx, 0, 10_000))
        assert stored == self.published
        assert [event.seq for event in stored] == list(range(1, len(stored) + 1))
        assert self.db.tally.seq == len(stored)
        told = {}
        for event in stored:
            kind, _, what = event.type.partition(".")
            if kind == "job":
                told[event.body["job"]] = JobState.RUNNING if what == "started" else JobState(what)
        assert told == self.jobs
        assert sum(event.type == "shot.added" for event in stored) == self.shots


def everything(cx):
    rank = "CASE {} WHEN 'vision' THEN 0 WHEN 'reused' THEN 1 WHEN 'ocr' THEN 2 ELSE 3 END"
    better = f"""
        SELECT old.id FROM result AS old JOIN result AS now ON now.picture = old.picture AND now.current = 1
        WHERE {rank.format("old.rung")} < {rank.format("now.rung")}"""  # noqa: S608 - constants of this test
    return {
        "current": cx.execute(
            """SELECT sha256, sum(current) FROM result JOIN picture ON picture.n = picture
            GROUP BY sha256 ORDER BY sha256"""
        ).fetchall(),
        "results of jobs": cx.execute(
            "SELECT job, count(*) FROM result WHERE job IS NOT NULL GROUP BY job ORDER BY job"
        ).fetchall(),
        "rungs": dict(
            cx.execute(
                "SELECT sha256, rung FROM result JOIN picture ON picture.n = picture WHERE current = 1"
            )
        ),
        "best": cx.execute(better).fetchall(),
        "counts": counts.counts(cx),
    }


TestStore = StoreMachine.TestCase
TestStore.pytestmark = [pytest.mark.timeout(600)]  # when it fails, finding the shortest way there takes long
TestStore.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
