"""A job whose file is away waits for it to come back, and whoever looks is told so."""

import drawn
from faulty_models import FAKE, LONG, REPLY, running, script
from running_daemon import NO_OCR, until
from scheduled_daemon import describing, doing


def test_what_was_put_off_is_shown_with_the_time_of_its_next_try(tmp_path):
    script(tmp_path, LONG, REPLY)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        first = client.submit(drawn.screenshot(daemon.root / "first.png", lines=("first.txt - Editor",)))
        doing(client, "running", "eyes")
        away = client.submit(drawn.screenshot(daemon.root / "away.png", lines=("away.txt - Editor",)))
        (daemon.root / "away.png").unlink()
        for copy in (daemon.data / "spool").rglob(f"{away.shot.picture}*"):
            copy.unlink()
        client.cancel(describing(client, first.shot).id)
        status = until(lambda: (seen := client.status()).put_off and seen, what="a job that is put off")
        assert (status.put_off, status.queue.describe, status.running) == (1, 0, [])
        assert 0 < status.next_try_in_ms <= 60_000
        for verb in ("status", "top"):
            assert "1 that something stood in the way of, next try in" in daemon.cli(verb).stdout
        shot = client.shot(away.shot.id).shot
        assert describing(client, shot).state == "queued"
        assert "its description was put off, " in shot.result.why
        assert "tried again in 1 min" in daemon.cli("show", shot.id).stdout
