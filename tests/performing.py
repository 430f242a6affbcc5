"""A performer on real parts with fake models: a test hands it effects, and sees the events that it posts."""

import asyncio
import contextlib
import json
from functools import partial

import drawn
import store_samples
import tiny_models
from glimpsed.config import Config, ModelConfig, OcrConfig
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.errors import StoreError
from glimpsed.core.model import JobKind, Urgency
from glimpsed.host.clock import new_id, now_ms
from glimpsed.performer import Performer
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings
from glimpsed.store import calls, jobs, stages
from glimpsed.store.db import Database
from glimpsed.store.spool import Spool


class World:
    """A performer and its store, and the events that it posts."""

    def __init__(self, config: Config, performer: Performer, store: Database, events: asyncio.Queue) -> None:
        self.config = config
        self.performer = performer
        self.store = store
        self.events = events
        self._pictures = 0

    async def told(self, kind: type):
        """The next event, which is of this kind."""
        event = await asyncio.wait_for(self.events.get(), 30)
        assert isinstance(event, kind), event
        return event

    async def done(self, effect: do.Effect, kind: type):
        """What an effect ends in, an event of this kind."""
        self.performer.perform(effect)
        return await self.told(kind)

    async def committed(self, *effects: do.Effect):
        """Effects that end in no event are done."""
        for effect in effects:
            self.performer.perform(effect)
        await asyncio.gather(*self.performer._tasks)

    async def opened(self, name: str = "shot.png"):
        """The reader opened a file: its key, and what is in it."""
        key = ("shots", bytes(drawn.screenshot(self.performer._spool.directory.parent / name)))
        return key, (await self.done(do.OpenFile(key, spool=True), was.FileOpened)).opened

    async def job(self, kind: JobKind = JobKind.DESCRIBE, urgency: Urgency = Urgency.NORMAL):
        """A job of a new shot, of a picture that was opened already."""
        self._pictures += 1
        opened = store_samples.opened(self._pictures)
        spool = self.performer._spool
        spool.path(opened.picture.sha256).write_bytes(b"a picture")
        spool.added(opened.picture.sha256)
        effect = do.AcceptFile(("shots", b"/%d.png" % self._pictures), opened, ((kind, urgency),))
        (job,) = (await self.done(effect, was.ShotCommitted)).jobs
        return job

    async def load(self, name: str = "eyes", kind: type = was.ModelLoaded):
        """Load a model by its best plan."""
        plan = (await self.performer.engines.memory.ways(name))[0].plan
        return await self.done(do.LoadModel(name, plan), kind)

    async def stored(self, job):
        return (await self.store.read(lambda cx: jobs.job(cx, job.id))).job

    async def calls(self, name: str = "eyes"):
        """What a model was asked, the latest first."""
        return await self.store.read(partial(calls.recent, model=name, limit=100))

    async def stages(self):
        """How often each stage was seen."""
        counts = await self.store.read(partial(stages.counts, since_day=0))
        return {stage: sum(buckets.values()) for stage, buckets in counts.items()}


def perform(tmp_path, body, *steps, models=("eyes",), script=None, config=None, **model):
    """Run `body` in a world whose models do `steps`, play `script`, and are configured as `model`."""

    async def main():
        file = tmp_path / "script.json"
        said = list(steps) or [{"reply": tiny_models.canned_description()}]
        file.write_text(json.dumps({"steps": said, **(script or {})}))
        fake = ModelConfig(file=file, mmproj=file, backend="fake", **model)
        settings = Config(models=dict.fromkeys(models, fake), ocr=OcrConfig(engine="none"), **(config or {}))
        async with performing(tmp_path, settings) as world:
            await body(world)

    asyncio.run(main())


@contextlib.asynccontextmanager
async def performing(tmp_path, config):
    """A world with this configuration."""
    (tmp_path / "spool").mkdir()
    spool = Spool(tmp_path / "spool", 2**20)
    settings = ReaderSettings(engine="none", threads=1, languages=("eng",), spool=str(spool.directory))
    reader = Reader(settings)
    store = Database.open(tmp_path, new_id=new_id, now_ms=now_ms)
    events = asyncio.Queue()
    performer = Performer(config, store, spool, reader, events.put_nowait)
    try:
        yield World(config, performer, store, events)
    finally:
        with contextlib.suppress(StoreError):
            await performer.stop()
        await store.close()
