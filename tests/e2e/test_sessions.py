"""A daemon tells sessions of the screenshots that it is given, whenever they come and however it ends."""

import drawn
from running_daemon import NO_OCR, RunningDaemon, until

MORNING, AFTERNOON = [(9, minute) for minute in range(6)], [(14, minute) for minute in range(4)]


def screenshot(daemon, hour, minute, colour):
    name = f"Screenshot from 2025-11-20 {hour:02}-{minute:02}-00.png"
    (daemon.shots / name).write_bytes(drawn.swatch(colour))


def sessions(client):
    return [(each.id, each.shots, each.state, each.version) for each in client.sessions().sessions]


def settled(client, *counts):
    """The sessions once there are those with so many shots, the latest first."""
    return until(
        lambda: (found := sessions(client)) and [each[1] for each in found] == list(counts) and found,
        what=f"sessions of {counts} shots",
    )


def placed(client):
    (check,) = (check for check in client.doctor().checks if check.name == "sessions")
    return check.ok, check.detail


def test_days_are_told_apart_late_files_come_in_and_nothing_changes_by_a_restart(tmp_path):
    with RunningDaemon(tmp_path, NO_OCR) as daemon:
        for number, (hour, minute) in enumerate(MORNING + AFTERNOON):
            screenshot(daemon, hour, minute, number)
        with daemon.client() as client:
            afternoon, morning = settled(client, 4, 6)
            assert {afternoon[2], morning[2]} == {"closed"}
            shown = client.session(session=morning[0]).session
            assert (shown.active_ms, shown.end_ms - shown.start_ms) == (5 * 60_000, 5 * 60_000)
            assert client.session(shot=shown.last_shot).session == shown
            assert len(client.shots(session=morning[0]).shots) == 6
            # Up to where all is placed is written after what is placed.
            until(lambda: placed(client) == (True, "every screenshot is in a session"), what="all placed")
        daemon.stop()
        screenshot(daemon, 9, 8, 50)  # while nobody looks
        daemon.start()
        with daemon.client() as client:
            again, later = settled(client, 4, 7)
            assert again == afternoon
            assert (later[0], later[3] > morning[3]) == (morning[0], True)
            (earlier, *_) = client.session(session=morning[0], history=True).earlier
            assert earlier.session.shots == 6
            told = [event.type for event in client.events(0).events if event.type.startswith("session.")]
            assert {*told} == {"session.opened", "session.closed", "session.revised"}


def test_a_daemon_that_is_killed_while_it_takes_in_a_folder_tells_of_each_shot_once(tmp_path):
    with RunningDaemon(tmp_path, NO_OCR) as daemon:
        times = [(hour, minute) for hour in (8, 11, 15, 19) for minute in range(0, 40, 2)]
        for number, (hour, minute) in enumerate(times):
            screenshot(daemon, hour, minute, number)
        for some in (10, 40):
            with daemon.client() as client:
                until(lambda n=some, c=client: c.status().counts.shots >= n, what=f"{some} shots")
            daemon.kill()
            daemon.start()
        with daemon.client() as client:
            found = settled(client, 20, 20, 20, 20)
            assert {each[2] for each in found} == {"closed"}
            for hour, minute in times[::7]:
                screenshot(daemon, hour, minute + 1, 100 + hour * 60 + minute)
            settled(client, 23, 23, 23, 23)
