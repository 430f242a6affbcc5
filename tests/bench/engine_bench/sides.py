"""The two that are compared: our engine's child, and a server that speaks OpenAI's protocol.

Both get the same prompt: the system text, the picture byte for byte, a line break, excerpt and question. Both
are held to the same schema at temperature 0 and cut at the same number of tokens.
"""

import asyncio
import base64
import hashlib
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.engine.slot import InferenceReply, InferenceRequest, Slot

LIMIT_S = 3600.0
_CUT = "length"


@dataclass(frozen=True)
class Measured:
    """One reply: milliseconds and counts. What a side does not tell is None."""

    wall_ms: float
    prefill_ms: float
    generate_ms: float
    prompt_tokens: int
    kept_tokens: int
    output_tokens: int
    cut: bool
    text_sha256: str
    picture_ms: float | None = None
    encode_ms: float | None = None
    encoded: int | None = None
    reused: int | None = None
    forced_tokens: int | None = None
    steps: int | None = None

    @property
    def first_token_ms(self) -> float:
        """From the request's beginning to the first token."""
        return (self.picture_ms or 0) + (self.encode_ms or 0) + self.prefill_ms

    @property
    def ms_a_token(self) -> float:
        """Of decoding: the first token is the prefill's."""
        return self.generate_ms / max(1, self.output_tokens - 1)


class Ours:
    """The engine's child, through its slot."""

    def __init__(self, text: Path, mmproj: Path | None, *, context: int, threads: int) -> None:
        config = ModelConfig(
            file=text,
            mmproj=mmproj,
            context=context,
            threads=threads,
            load_limit_s=LIMIT_S,
            run_limit_s=LIMIT_S,
        )
        self.slot = Slot("bench", config, VisionConfig(detail="full"))

    async def load(self) -> dict[str, Any]:
        """Start a fresh child: nothing is cached in it. What it says of itself, and how long it took."""
        started = time.perf_counter()
        loaded = await self.slot.load()
        took = (time.perf_counter() - started) * 1000
        return {"load_ms": round(took), "rss": loaded.rss, "settings": loaded.settings}

    async def ask(self, request: InferenceRequest) -> Measured:
        """Run one inference and measure it from outside, too."""
        started = time.perf_counter()
        reply = await self.slot.run(request)
        return _ours(reply, (time.perf_counter() - started) * 1000)


class Peer:
    """A server at `url`, on the same GGUF files."""

    def __init__(self, url: str, text: Path) -> None:
        """`text` is our model. Ends the program when the server says that it holds another file."""
        self.url = url.rstrip("/").removesuffix("/v1")
        self._require_same(text)

    async def ask(self, request: InferenceRequest) -> Measured:
        """Have the server do the same and measure it from outside, too."""
        body = json.dumps(_body(request)).encode()
        started = time.perf_counter()
        answer = await asyncio.to_thread(self._post, "/v1/chat/completions", body)
        return _peers(answer, (time.perf_counter() - started) * 1000)

    def _require_same(self, text: Path) -> None:
        # llama-server tells its file; of other servers nothing is known, and the person must see to it.
        try:
            theirs = self._get("/props").get("model_path", "")
        except (urllib.error.HTTPError, ValueError, AttributeError):
            return
        if theirs and Path(theirs).resolve() != text.resolve():
            raise SystemExit(f"{self.url} runs {theirs}, which is not {text}: nothing would be compared")

    def _get(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310 - the caller's own
                return json.load(answer)
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError as error:
            raise SystemExit(f"{self.url}: {error.reason}") from None

    def _post(self, path: str, body: bytes) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers)  # noqa: S310 - the caller's own server
        try:
            with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{self.url}: {error}: {error.read(500).decode(errors='replace')}") from None
        except urllib.error.URLError as error:
            raise SystemExit(f"{self.url}: {error.reason}") from None


def _ours(reply: InferenceReply, wall_ms: float) -> Measured:
    counts, timings = reply.counts, reply.timings
    return Measured(
        wall_ms=wall_ms,
        prefill_ms=timings["prefill"],
        generate_ms=timings["generate"],
        prompt_tokens=counts.prompt_tokens,
        kept_tokens=counts.kept_tokens,
        output_tokens=counts.output_tokens,
        cut=reply.finish == _CUT,
        text_sha256=hashlib.sha256(reply.text.encode()).hexdigest(),
        picture_ms=timings["picture"],
        encode_ms=timings["encode"],
        encoded=counts.encoded,
        reused=counts.reused,
        forced_tokens=counts.forced_tokens,
        steps=counts.steps,
    )


def _peers(answer: dict[str, Any], wall_ms: float) -> Measured:
    (choice,) = answer["choices"]
    usage, timings = answer["usage"], answer.get("timings", {})
    text = choice["message"].get("content") or ""
    return Measured(
        wall_ms=wall_ms,
        prefill_ms=timings.get("prompt_ms", 0.0),  # encoding is part of it
        generate_ms=timings.get("predicted_ms", 0.0),
        prompt_tokens=usage["prompt_tokens"],
        kept_tokens=timings.get("cache_n", 0),
        output_tokens=usage["completion_tokens"],
        cut=choice["finish_reason"] == _CUT,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _body(request: InferenceRequest) -> dict[str, Any]:
    text = "\n\n".join(part for part in (request.excerpt, request.question) if part)
    content: Any = text
    if request.image is not None:
        data = base64.b64encode(Path(request.image).read_bytes()).decode()
        picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
        content = [picture, {"type": "text", "text": "\n" + text}]
    body = {
        "messages": [{"role": "system", "content": request.system}, {"role": "user", "content": content}],
        "temperature": 0,
        "seed": 1,
        "max_tokens": request.max_tokens,
    }
    if request.schema is not None:
        wrapped = {"name": "reply", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": wrapped}
    return body
