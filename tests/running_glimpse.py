"""The real `glimpse` in its own process: run to its end, begun, or on a terminal."""

import contextlib
import json
import os
import pty
import subprocess
import sys
import time

GLIMPSE = (sys.executable, "-m", "glimpse_client.cli")


def environment(directory, **more):
    return {**os.environ, "GLIMPSED_RUNTIME_DIR": str(directory), **more}


def glimpse(directory, *arguments, **options):
    env = environment(directory, **options.pop("env", {}))
    return subprocess.run(
        [*GLIMPSE, *arguments], env=env, capture_output=True, timeout=60, check=False, **options
    )


def said(result, code=0):
    assert result.returncode == code, result
    return result.stdout.decode()


def as_json(result, code=0):
    (line,) = said(result, code).splitlines()
    fields = json.loads(line)
    assert fields["schema"] == 1
    return fields


@contextlib.contextmanager
def start(directory, *arguments, **options):
    command = [*GLIMPSE, *arguments]
    with subprocess.Popen(command, env=environment(directory), stdout=subprocess.PIPE, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process):
    return process.stdout.readline().decode()


def on_a_terminal(directory, *arguments, env):
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        environ = {k: v for k, v in environment(directory, **env).items() if k != "NO_COLOR" or k in env}
        process = subprocess.Popen([*GLIMPSE, *arguments], env=environ, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        try:
            while part := screen.read(4096):
                shown += part
        except OSError:  # how a terminal says that nobody writes any more
            pass
        process.wait(20)
        return shown


def poll(condition, limit_s=20):
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
