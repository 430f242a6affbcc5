"""Figures that are of one side, or of one thing: decoding, a second question, a cancel."""

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine_bench.replay import describing
from engine_bench.shots import KIND, excerpt
from engine_bench.sides import Measured, Ours, Peer
from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.roles import ask, screen
from glimpsed.engine import slot
from glimpsed.engine.contract import InferenceRequest, Launch
from glimpsed.worker.child import Cancelled

Said = Callable[[str], None]


def decode(text: Path, *, tokens: int, repeat: int, context: int, threads: int, said: Said) -> dict[str, Any]:
    """Free, held to the schema token by token, and with what the schema forces in one step.

    The runner is in this process: the switch that turns forced tokens off is for measuring, and so no request
    has it.
    """
    os.environ.update(slot.CHILD_ENV)  # before llama.cpp is loaded
    from glimpsed.engine import llama  # noqa: PLC0415

    config = ModelConfig(file=text, context=context, threads=threads)
    runner = llama.load(Launch.of(config, VisionConfig()))
    ways = {"free": (None, False), "schema": (screen.SCHEMA, False), "schema, forced": (screen.SCHEMA, True)}
    figures: dict[str, list[float]] = {way: [] for way in ways}
    counts = {}
    for turn in range(repeat + 1):
        for way, (schema, forward) in ways.items():
            runner.forward = forward
            reply = runner.run(_writing(schema, tokens), Cancelled())
            counts[way] = reply.counts
            if turn:  # the first compiles the schema and reads the vocabulary
                figures[way].append(reply.timings["generate"] / max(1, reply.counts.output_tokens - 1))
    best = {way: statistics.median(times) for way, times in figures.items()}
    for way, one in best.items():
        count = counts[way]
        said(
            f"{way:<16}{one:>8.2f} ms a token  {one / best['free']:>6.2f} x free   "
            f"{count.output_tokens} tokens, {count.forced_tokens} forced, {count.steps} steps"
        )
    ratios = {way: one / best["free"] for way, one in best.items()}
    return {"ms_a_token": best, "ratio": ratios, "forced_tokens": counts["schema, forced"].forced_tokens}


async def decode_against(ours: Ours, peer: Peer, *, tokens: int, repeat: int, said: Said) -> dict[str, Any]:
    """The decoding time of one reply under the schema on both sides, and free on both."""
    await ours.load()
    found: dict[str, Any] = {}
    for name, schema in (("schema", screen.SCHEMA), ("free", None)):
        mine, theirs = await _alternating(ours, peer, _writing(schema, tokens), repeat)
        a, b = (statistics.median(one.generate_ms for one in side) for side in (mine, theirs))
        found[name] = {
            "ours_ms": a,
            "peer_ms": b,
            "ratio": a / b,
            "prompt_tokens": [mine[-1].prompt_tokens, theirs[-1].prompt_tokens],
            "ours_tokens": mine[-1].output_tokens,
            "peer_tokens": theirs[-1].output_tokens,
            "ours_steps": mine[-1].steps,
            "ratio_a_token": _a_token(mine) / _a_token(theirs),
        }
        one = found[name]
        said(
            f"{name:<8} ours {a:>7.0f} ms, {one['ours_tokens']} tokens in {one['ours_steps']} steps;"
            f" peer {b:>7.0f} ms, {one['peer_tokens']} tokens;"
            f" ratio {one['ratio']:.3f}, a token {one['ratio_a_token']:.3f};"
            f" prompts of {' and '.join(map(str, one['prompt_tokens']))} tokens"
        )
    return found


async def question(ours: Ours, peer: Peer | None, shot: Path, *, tokens: int, said: Said) -> dict[str, Any]:
    """Two questions about one shot, one after the other: the second should find everything there."""
    await ours.load()
    found: dict[str, Any] = {}
    for name, side in (("ours", ours), ("peer", peer)):
        if side is None:
            continue
        first, second = [await side.ask(_asking(shot, words, tokens)) for words in _QUESTIONS]
        ratio = second.first_token_ms / first.first_token_ms
        found[name] = {
            "encoded": [first.encoded, second.encoded],
            "first_token_ms": [first.first_token_ms, second.first_token_ms],
            "ratio": ratio,
        }
        said(
            f"{name}: time to the first token {first.first_token_ms:.0f} ms, then"
            f" {second.first_token_ms:.0f} ms ({ratio:.3f}); encodes {first.encoded}, then {second.encoded}"
        )
    return found


async def cancel(ours: Ours, pictures: list[Path], *, tokens: int, said: Said) -> dict[str, Any]:
    """How long it takes from a cancel during an encode until the slot is free again.

    The first picture tells what a slice takes; each other is cancelled at another moment of its second slice.
    """
    first, *others = pictures
    await ours.load()
    whole = await ours.ask(describing(first, excerpt(0), tokens))
    slice_s = (whole.encode_ms or 0) / max(1, whole.encoded or 0) / 1000
    said(f"one slice takes {slice_s:.2f} s")
    latencies, killed, loads = [], 0, []
    for number, picture in enumerate(others):
        task = asyncio.create_task(ours.ask(describing(picture, excerpt(number), tokens)))
        await asyncio.sleep(
            slice_s * (1 + number / len(others))
        )  # no condition: some moment within an encode
        started = time.perf_counter()
        task.cancel()
        ended = await asyncio.gather(task, return_exceptions=True)
        latencies.append(time.perf_counter() - started)
        alive = ours.slot.running
        how = "the child kept the model" if alive else "the child was killed"
        said(f"cancel {number + 1}: free after {latencies[-1]:.2f} s, {how} ({type(ended[0]).__name__})")
        if not alive:
            killed += 1
            loads.append((await ours.load())["load_ms"] / 1000)
    return {
        "slice_s": slice_s,
        "latency_s": latencies,
        "worst_s": max(latencies),
        "killed": killed,
        "load_s": statistics.median(loads) if loads else None,
    }


_QUESTIONS = (ask.question("What is open here?"), ask.question("Which order was paid last, and when?"))


def _writing(schema: dict[str, Any] | None, tokens: int) -> InferenceRequest:
    return InferenceRequest(
        screen.INSTRUCTIONS.strip(), None, excerpt(0), screen.question(KIND), schema, tokens
    )


def _asking(shot: Path, words: str, tokens: int) -> InferenceRequest:
    return InferenceRequest(
        ask.INSTRUCTIONS.strip(), str(shot), excerpt(0), words, ask.SCHEMA, tokens, detail="full"
    )


async def _alternating(
    ours: Ours, peer: Peer, request: InferenceRequest, repeat: int
) -> tuple[list[Measured], list[Measured]]:
    """Both sides in turn; the first time is not counted, for it compiles the schema."""
    mine, theirs = [], []
    for turn in range(repeat + 1):
        for side, replies in ((ours, mine), (peer, theirs))[:: 1 if turn % 2 else -1]:
            replies.append(await side.ask(request))
    return mine[1:], theirs[1:]


def _a_token(replies: list[Measured]) -> float:
    return statistics.median(one.ms_a_token for one in replies)
