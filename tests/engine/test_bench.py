"""The bench of the engine: it runs, and gives both sides the same."""

import base64
import contextlib
import http.server
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import drawn
from glimpsed.core.roles import screen

pytestmark = pytest.mark.models

BENCH = Path(__file__).parents[1] / "bench" / "engine.py"
REPLY = {
    "choices": [{"message": {"content": "{"}, "finish_reason": "length"}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 8},
    "timings": {"prompt_ms": 20.0, "predicted_ms": 7.0, "cache_n": 600},
}


@contextlib.contextmanager
def peer(model):
    """A server that says it runs `model` and always replies the same; its address, and what it was sent."""
    bodies = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer({"model_path": model})

        def do_POST(self):
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer(REPLY)

        def answer(self, body):
            answer = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", bodies
        finally:
            server.shutdown()
            thread.join()


def test_a_recording_is_replayed_on_both_sides(tmp_path):
    for number in (10, 9):  # a person counts 9 before 10
        drawn.screenshot(tmp_path / f"step_{number}.png", lines=(f"step {number}",))
    with peer(str(tmp_path / "models" / "tiny.gguf")) as (url, bodies):
        figures = run(tmp_path, "--shots", str(tmp_path), "--peer", url)
    assert [pair["shot"] for pair in figures["shots"]] == ["step_9.png", "step_10.png"]
    for pair in figures["shots"]:
        assert pair["ours"]["encoded"] + pair["ours"]["reused"] == figures["shots"][0]["ours"]["encoded"] > 0
        assert pair["ours"]["output_tokens"] == pair["peer"]["output_tokens"] == 8
        assert pair["ours"]["cut"]
        assert pair["peer"]["kept_tokens"] == 600
        assert pair["ratio"] > 0
    summary = figures["summary"]
    assert summary["ours"]["cut"] == summary["peer"]["cut"] == 2
    assert summary["shots_with_other_prompt_tokens"] == 2
    assert figures["after"]["cores"] > 0

    _, first, second = bodies  # the first request warms up
    for body, name in ((first, "step_9.png"), (second, "step_10.png")):
        system, user = body["messages"]
        picture, text = user["content"]
        assert system["content"] == screen.INSTRUCTIONS.strip()
        sent = base64.b64decode(picture["image_url"]["url"].removeprefix("data:image/png;base64,"))
        assert sent == (tmp_path / name).read_bytes()
        assert "| File" in text["text"]
        assert body["response_format"]["json_schema"]["schema"] == screen.SCHEMA
        assert (body["temperature"], body["max_tokens"]) == (0, 8)


def test_a_second_question_encodes_nothing(tmp_path):
    found = run(tmp_path, "question", "--limit", "1")["question"]["ours"]
    assert found["encoded"][0] > 0
    assert found["encoded"][1] == 0


def test_a_server_on_another_model_is_not_compared(tmp_path):
    with peer("/models/another.gguf") as (url, bodies):
        done = bench(tmp_path, "--peer", url)
    assert done.returncode == 1
    assert "/models/another.gguf" in done.stderr
    assert not bodies


def run(place, *arguments):
    """The figures that the bench writes."""
    done = bench(place, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads((place / "figures.json").read_text())


def bench(place, *arguments):
    """The bench with small replies, its files in `place`, once it has ended."""
    own = ["--tokens", "8", "--models", str(place / "models"), "--json", str(place / "figures.json")]
    command = [sys.executable, str(BENCH), *arguments, *own]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
