"""How fast the engine is, alone and against a server on the same model files: run it, it prints a table.

`replay` (when nothing is said) sends a recording of screenshots through the engine's child, and with `--peer`
the same pictures, prompts, schema and limit through an OpenAI-compatible server, shot by shot in turn.
`decode`, `question` and `cancel` measure one thing each; `models` writes the models and says how to start the
server.

The weights are random, so replies are cut at the limit of tokens: on both sides, and counted. Nothing is
resized on either side. The child is fresh for each pass; another kind of request warms up either side first.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from engine_bench import modes, shots
from engine_bench.replay import describing, machine, replay, summary, table, warming
from engine_bench.sides import Ours, Peer

import shape_models
import tiny_models

DRAWN = 10
"""Shots that are drawn when no folder is named."""


def main() -> None:
    """Measure and print."""
    options = arguments()
    found: dict[str, Any] = {"mode": options.mode, "before": machine()}
    with tempfile.TemporaryDirectory() as place:
        if options.mode == "decode":
            found |= decoding(options)
        elif options.mode == "models":
            say("\n".join(serving(options)))
            return
        else:
            found |= asyncio.run(MODES[options.mode](options, Path(place)))
    found["after"] = machine()
    say(f"load average {found['before']['load']:.1f} before, {found['after']['load']:.1f} after")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("mode", nargs="?", default="replay", choices=["models", "decode", *MODES])
    add("--shots", type=Path, help="folder of PNGs, in the order of their names; drawn when not named")
    add("--limit", type=int, help="at most so many shots, or so many cancels")
    add("--repeat", type=int, help="passes over the recording (1), or turns of `decode` (5)")
    add("--tokens", type=int, default=48, help="most tokens of a reply")
    add("--pair", choices=["tiny", "small"], default="tiny", help="random models: tiny, or of the true shape")
    add("--models", type=Path, default=shape_models.FOLDER, help="where those are, or are written")
    add("--vocabulary", type=Path, help="a GGUF file whose vocabulary `small` gets, such as Llama 3's")
    add("--model", type=Path, help="a model of your own, with --mmproj")
    add("--mmproj", type=Path)
    add("--no-excerpt", action="store_true", help="quote no text from the screen in the prompts of `replay`")
    add("--context", type=int, default=8192)
    add("--threads", type=int, default=0, help="of ours; 0 means all cores")
    add("--peer", metavar="URL", help="a server on the same files, such as http://127.0.0.1:8099")
    add("--json", type=Path, metavar="FILE", help="write all figures there, too")
    return parser.parse_args()


async def replaying(options: argparse.Namespace, place: Path) -> dict[str, Any]:
    """The whole recording, as often as asked."""
    pictures, blank = recording(options, place), shots.blank(place)
    requests = [
        describing(shot, "" if options.no_excerpt else shots.excerpt(number), options.tokens)
        for number, shot in enumerate(pictures)
    ]
    ours, peer = sides(options)
    try:
        passes = [
            await replay(ours, peer, requests, warming=warming(blank), said=say)
            for _ in range(options.repeat or 1)
        ]
    finally:
        await ours.slot.unload()
    found = summary(passes)
    say("\n".join(table(found)))
    return {"summary": found, "shots": [pair.as_map() for pairs in passes for pair in pairs]}


async def questioning(options: argparse.Namespace, place: Path) -> dict[str, Any]:
    """A second question about the same shot."""
    ours, peer = sides(options)
    try:
        shot = recording(options, place)[0]
        return {"question": await modes.question(ours, peer, shot, tokens=options.tokens, said=say)}
    finally:
        await ours.slot.unload()


async def cancelling(options: argparse.Namespace, place: Path) -> dict[str, Any]:
    """Cancels during encodes."""
    ours, _ = sides(options)
    pictures = shots.noise(place, 1 + (options.limit or 5))
    try:
        return {"cancel": await modes.cancel(ours, pictures, tokens=options.tokens, said=say)}
    finally:
        await ours.slot.unload()


MODES = {"replay": replaying, "question": questioning, "cancel": cancelling}


def decoding(options: argparse.Namespace) -> dict[str, Any]:
    """Decoding, ours alone, and against the server when there is one."""
    text, _ = models(options)
    turns = options.repeat or 5
    sizes = {"context": options.context, "threads": options.threads}
    found = {"decode": modes.decode(text, tokens=options.tokens, repeat=turns, said=say, **sizes)}
    if options.peer:
        found["against"] = asyncio.run(decoding_against(options, text, turns))
    return found


async def decoding_against(options: argparse.Namespace, text: Path, turns: int) -> dict[str, Any]:
    """The same reply on both sides; of the server, only its text model is asked for."""
    ours = Ours(text, None, context=options.context, threads=options.threads)
    try:
        return await modes.decode_against(
            ours, Peer(options.peer, text), tokens=options.tokens, repeat=turns, said=say
        )
    finally:
        await ours.slot.unload()


def models(options: argparse.Namespace) -> tuple[Path, Path | None]:
    """The model and its projector, written first where they are ours to write."""
    if options.model:
        return options.model.absolute(), options.mmproj.absolute() if options.mmproj else None
    if options.pair == "small":
        return shape_models.pair(options.models, options.vocabulary)
    options.models.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = tiny_models.byte_text_model(options.models / "tiny.gguf", context=options.context)
    return text, tiny_models.projector(options.models / "tiny-mmproj.gguf")


def sides(options: argparse.Namespace) -> tuple[Ours, Peer | None]:
    """Ours, and the server when one is named."""
    text, mmproj = models(options)
    ours = Ours(text, mmproj, context=options.context, threads=options.threads)
    return ours, Peer(options.peer, text) if options.peer else None


def recording(options: argparse.Namespace, place: Path) -> list[Path]:
    """The pictures, the folder's or drawn ones."""
    if options.shots:
        return shots.in_folder(options.shots)[: options.limit]
    return shots.drawn(place, options.limit or DRAWN)


def serving(options: argparse.Namespace) -> list[str]:
    """How to start llama-server on these files as ours runs: threads, context, batches, patience."""
    text, mmproj = models(options)
    threads = options.threads or len(os.sched_getaffinity(0))
    return [
        "OMP_WAIT_POLICY=passive nice -n 15 llama-server \\",
        f"  --model {text} \\",
        *([f"  --mmproj {mmproj} \\"] if mmproj else []),
        f"  --ctx-size {options.context} --threads {threads} --threads-batch {threads} --parallel 1 \\",
        "  --batch-size 512 --ubatch-size 512 --flash-attn on --cache-ram 0 --jinja --no-webui \\",
        "  --host 127.0.0.1 --port 8099",
    ]


def say(text: str) -> None:
    """Print at once: a shot may take half a minute."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
