"""A recording through both sides, shot by shot, and what came of it."""

import dataclasses
import os
import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine_bench.shots import KIND
from engine_bench.sides import Measured, Ours, Peer
from glimpsed.core.roles import screen
from glimpsed.engine.contract import InferenceRequest

OVERHEAD = 1.1
"""Of the time that the encodes alone call for, what a shot may take."""


@dataclass(frozen=True)
class Pair:
    """One shot on both sides; without a peer there is only ours."""

    shot: str
    ours: Measured
    peer: Measured | None

    @property
    def ratio(self) -> float | None:
        """Our wall time over the peer's."""
        return self.ours.wall_ms / self.peer.wall_ms if self.peer else None

    @property
    def bound(self) -> float:
        """What the ratio may be: the share of the picture's slices that were encoded, and a tenth more."""
        encoded, reused = self.ours.encoded or 0, self.ours.reused or 0
        return OVERHEAD * encoded / max(1, encoded + reused)

    def as_map(self) -> dict[str, Any]:
        """For JSON."""
        sides = {"ours": self.ours, "peer": self.peer}
        measured = {side: dataclasses.asdict(one) if one else None for side, one in sides.items()}
        return {"shot": self.shot, **measured, "ratio": self.ratio, "bound": self.bound}


def describing(shot: Path, excerpt: str, tokens: int) -> InferenceRequest:
    """What the daemon asks of a vision model for one shot.

    Less white space around the instructions: chat templates trim it away on the peer's side alone.
    """
    return InferenceRequest(
        system=screen.INSTRUCTIONS.strip(),
        image=str(shot),
        excerpt=excerpt,
        question=screen.question(KIND),
        schema=screen.SCHEMA,
        max_tokens=tokens,
        detail="full",
    )


def warming(picture: Path) -> InferenceRequest:
    """Touches all weights on either side and leaves nothing behind that a shot could use.

    Its instructions differ from the role's, its picture is small, and it has no schema.
    """
    return InferenceRequest("Warm up.", str(picture), "", "What is it?", None, max_tokens=2)


async def replay(
    ours: Ours,
    peer: Peer | None,
    requests: list[InferenceRequest],
    *,
    warming: InferenceRequest,
    said: Callable[[str], None],
) -> list[Pair]:
    """Both sides over the recording, from a fresh child. Who is first changes with every shot.

    So noise that comes and goes hits both.
    """
    await ours.load()
    for side in (ours, peer):
        if side is not None:
            await side.ask(warming)
    pairs: list[Pair] = []
    for number, request in enumerate(requests):
        theirs = await peer.ask(request) if peer and number % 2 else None
        mine = await ours.ask(request)
        if peer and theirs is None:
            theirs = await peer.ask(request)
        pairs.append(Pair(Path(request.image or "").name, mine, theirs))
        if not number:
            said(_headings(pairs[0]))
        said(_row(pairs[-1]))
    return pairs


def summary(recordings: list[list[Pair]]) -> dict[str, Any]:
    """The figures of all passes together; a ratio of times is of the whole, one of medians is said to be."""
    pairs = [pair for recording in recordings for pair in recording]
    found: dict[str, Any] = {
        "shots": len(pairs),
        "ours": _side([pair.ours for pair in pairs]),
        "encodes": sum(pair.ours.encoded or 0 for pair in pairs),
        "encodes_without_reuse": sum((pair.ours.encoded or 0) + (pair.ours.reused or 0) for pair in pairs),
        "encodes_a_shot": statistics.median(pair.ours.encoded or 0 for pair in pairs),
        "bound": statistics.median(pair.bound for pair in pairs),
    }
    compared = [(pair, pair.peer, pair.ratio) for pair in pairs if pair.peer and pair.ratio is not None]
    if not compared:
        return found
    peers = [peer for _, peer, _ in compared]
    return found | {
        "peer": _side(peers),
        "ratio": statistics.median(ratio for _, _, ratio in compared),
        "ratio_of_medians": found["ours"]["median_ms"] / _side(peers)["median_ms"],
        "ratio_whole": found["ours"]["total_ms"] / _side(peers)["total_ms"],
        "ratio_first": statistics.median(recording[0].ratio or 0 for recording in recordings),
        "shots_within_bound": sum(ratio <= pair.bound for pair, _, ratio in compared),
        "ratio_to_bound": statistics.median(ratio / pair.bound for pair, _, ratio in compared if pair.bound),
        "shots_with_other_prompt_tokens": sum(
            pair.ours.prompt_tokens != peer.prompt_tokens for pair, peer, _ in compared
        ),
        "shots_with_other_output_tokens": sum(
            pair.ours.output_tokens != peer.output_tokens for pair, peer, _ in compared
        ),
    }


def table(found: dict[str, Any]) -> Iterator[str]:
    """The summary for a person."""
    yield ""
    yield f"{found['shots']} shots, {found['encodes']} encodes of {found['encodes_without_reuse']}"
    for side in ("ours", "peer"):
        if side in found:
            one = found[side]
            yield (
                f"{side}: median {one['median_ms']:.0f} ms, first {one['first_ms']:.0f}, whole"
                f" {one['total_ms'] / 1000:.1f} s; {one['output_tokens']} tokens, {one['cut']} replies cut"
            )
    if "peer" not in found:
        return
    yield f"whole recording     {found['ratio_whole']:.3f} of the peer's"
    yield f"first shot          {found['ratio_first']:.3f}"
    yield f"median of ratios    {found['ratio']:.3f}, expected at most {found['bound']:.3f}"
    yield f"ratio of medians    {found['ratio_of_medians']:.3f}"
    yield f"within their bound  {found['shots_within_bound']} of {found['shots']} shots"
    for what in ("prompt", "output"):
        if other := found[f"shots_with_other_{what}_tokens"]:
            yield f"NOT ALIKE: the sides' {what} tokens differ in {other} shots; compare pair by pair"


def machine() -> dict[str, Any]:
    """What else the machine does: a load far over 0 before the first shot spoils the figures."""
    return {"load": os.getloadavg()[0], "cores": len(os.sched_getaffinity(0))}


def _side(replies: list[Measured]) -> dict[str, Any]:
    return {
        "median_ms": statistics.median(one.wall_ms for one in replies),
        "first_ms": replies[0].wall_ms,
        "total_ms": sum(one.wall_ms for one in replies),
        "output_tokens": sum(one.output_tokens for one in replies),
        "cut": sum(one.cut for one in replies),
        "steps": sum(one.steps or 0 for one in replies) or None,
        "medians": {
            stage: statistics.median(getattr(one, f"{stage}_ms") or 0 for one in replies)
            for stage in ("picture", "encode", "prefill", "generate")
        },
    }


def _columns(pair: Pair) -> dict[str, str]:
    """What is shown of a pair, by its heading; times are in milliseconds."""
    ours, peer = pair.ours, pair.peer
    shown = {
        "enc": f"{ours.encoded}",
        "reu": f"{ours.reused}",
        "prompt": f"{ours.prompt_tokens}",
        "kept": f"{ours.kept_tokens}",
        "out": f"{ours.output_tokens}{'-' if ours.cut else ''}",
        "steps": f"{ours.steps}",
        "pict": f"{ours.picture_ms:.0f}",
        "encode": f"{ours.encode_ms:.0f}",
        "prefill": f"{ours.prefill_ms:.0f}",
        "gen": f"{ours.generate_ms:.0f}",
        "ours": f"{ours.wall_ms:.0f}",
    }
    if peer is not None:
        shown |= {
            "| prompt": f"| {peer.prompt_tokens:>6}",
            "kept ": f"{peer.kept_tokens}",
            "out ": f"{peer.output_tokens}{'-' if peer.cut else ''}",
            "prefill ": f"{peer.prefill_ms:.0f}",
            "gen ": f"{peer.generate_ms:.0f}",
            "peer": f"{peer.wall_ms:.0f}",
            "ratio": f"{pair.ratio:.2f}",
        }
    return shown | {"bound": f"{pair.bound:.2f}"}


def _row(pair: Pair) -> str:
    return f"{pair.shot[:20]:<20}" + _set(_columns(pair).items(), lambda column: column[1])


def _headings(pair: Pair) -> str:
    return f"{'shot (- is cut)':<20}" + _set(_columns(pair).items(), lambda column: column[0].rstrip())


def _set(columns: Iterable[tuple[str, str]], said: Callable[[tuple[str, str]], str]) -> str:
    wide = {"enc": 4, "reu": 4, "ratio": 6, "bound": 6, "| prompt": 9}
    return "".join(f"{said(column):>{wide.get(column[0], 8)}}" for column in columns)
