"""When a screenshot was taken, from its name, its metadata or its mtime."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import TimeOrigin
from glimpsed.core.taken import taken_at

NAME, META, MTIME = TimeOrigin.FILE_NAME, TimeOrigin.METADATA, TimeOrigin.MTIME
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(wall):
    return int(wall.replace(tzinfo=BERLIN).utcoffset().total_seconds())


def ns(*args):
    return int(datetime(*args, tzinfo=UTC).timestamp()) * 10**9


SAVED = ns(2026, 3, 4, 12, 40)
AT = datetime(2026, 3, 4, 12, 35, 12, tzinfo=UTC)  # 13:35:12 in Berlin


def taken(name, embedded=None, mtime_ns=SAVED, offset_at=berlin):
    path = name if isinstance(name, bytes) else name.encode()
    return taken_at(path, embedded, mtime_ns, offset_at)


def utc(result):
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=result.ms)


@pytest.mark.parametrize(
    "name",
    [
        "/home/ada/Pictures/Screenshots/Screenshot from 2026-03-04 13-35-12.png",  # GNOME
        "Bildschirmfoto vom 2026-03-04 13-35-12.png",
        "Screenshot from 2026-03-04 13-35-12-1.png",  # the second in that second
        "Screenshot_20260304_133512.png",  # KDE
        "Screenshot_20260304-133512_Chrome.png",  # Android
        "Screenshot_2026-03-04-13-35-12-000_com.android.chrome.jpg",
        "Screenshot 2026-03-04 133512.png",  # Windows
        "Screenshot 2026-03-04 at 1.35.12 PM.png",  # macOS
        "Screenshot 2026-03-04 at 1.35.12\u202fPM.png",
        "Screen Shot 2026-03-04 at 13.35.12 (2).png",
        "Bildschirmfoto 2026-03-04 um 13.35.12.png",
        "Skärmavbild 2026-03-04 kl. 13.35.12.png",
        "Capture d\u2019écran 2026-03-04 à 13.35.12.png",
        "2026-03-04-133512_1920x1080_scrot.png",
        "firefox_2026-03-04_13-35-12.png",  # ShareX, set up with a date
        "20260304133512.png",
        "20260304133512_1.png",
        "shot-2026-03-04T13:35:12.png",
        "shot-2026-03-04T12:35:12Z.png",
        "shot-20260304T123512Z.png",
        "2026-03-04T12-35-12-000Z.png",
        "2026-03-04T12_35_12.000Z.png",
        "2026-03-04T13:35:12+01:00.png",
        "2026-03-04T13-35-12+0100.png",
        "screenshot-1772627712.png",
        "1772627712000.png",
        "Image_1772627712000_crop.webp",
    ],
)
def test_a_file_name_with_a_time(name):
    result = taken(name)
    assert (utc(result), result.offset_s, result.origin) == (AT, 3600, NAME)


def test_minutes_are_enough():
    assert utc(taken("2026-03-04_13-35.png")) == AT.replace(second=0)
    assert taken("2026-03-04_13-35_1.png").origin is NAME


def test_milliseconds_are_kept():
    assert taken("2026-03-04T12:35:12.345Z.png").ms % 1000 == 345
    assert taken("Screenshot_2026-03-04-13-35-12-345_org.example.jpg").ms % 1000 == 345
    assert taken("1772627712345.png").ms == 1772627712345


@pytest.mark.parametrize(
    ("clock", "hour"), [("12.00.01 AM", 0), ("1.00.01 AM", 1), ("12.00.01 PM", 12), ("11.00.01 pm", 23)]
)
def test_twelve_hour_clocks(clock, hour):
    result = taken(f"Screenshot 2026-03-03 at {clock}.png")
    assert utc(result) == datetime(2026, 3, 3, hour, 0, 1, tzinfo=UTC) - timedelta(hours=1)


def test_a_spelled_offset_is_kept_as_the_offset_of_the_wall_clock():
    result = taken("2026-03-04T08:35:12-04:00.png")
    assert (utc(result), result.offset_s) == (AT, -4 * 3600)


@pytest.mark.parametrize(
    "name",
    [
        "picture.png",
        "Screenshot.png",
        "notes 2026-03-04.png",  # a date is not a time
        "2026-03-04_1920x1080.png",
        "2026-03-04-1920x1080.png",
        "20260304.png",
        "Screenshot from 2026-13-04 13-35-12.png",
        "Screenshot from 2026-02-30 13-35-12.png",
        "Screenshot from 2026-03-04 24-35-12.png",
        "Screenshot from 2026-03-04 13-60-12.png",
        "Screenshot 2026-03-04 at 13.35.12 PM.png",
        "Screenshot 2026-03-04 at 0.35.12 AM.png",
        "Screenshot from 1980-03-04 13-35-12.png",
        "Screenshot from 2027-03-04 13-35-12.png",  # after it was saved
        "Screenshot from 0000-03-04 13-35-12.png",
        "Screenshot from 9999-12-31 23-59-59.png",
        "9999-12-31T23:59:59-14:00.png",
        "0001-01-01T00:00:00+14:00.png",
        "2026-03-04T12:35:12+99:00.png",
        "order 4915112345.png",  # an instant in 2125
        "0123456789.png",  # an instant in 1973
        "17726277121.png",
        "a1772627712f.png",
        b"caf\xe9 \xff.png",
        b"",
        b"2026-03-04 13-35-12/shot.png",  # the folder's name is not the file's
    ],
)
def test_a_file_name_without_one(name):
    result = taken(name)
    assert (result.ms, result.origin, result.offset_s) == (SAVED // 10**6, MTIME, 3600)


def test_a_name_that_is_not_utf8_may_still_carry_a_time():
    assert utc(taken(b"\xff\xfe 2026-03-04 13-35-12 \xe9.png")) == AT


def test_the_first_plausible_time_in_a_name_wins():
    assert utc(taken("1999-01-01 10-10-10 and 2026-03-04 13-35-12.png")) == AT


@pytest.mark.parametrize(
    "embedded",
    [
        "2026:03:04 13:35:12",
        "2026:03:04 13:35:12+01:00",
        "2026:03:04 13:35:12 +01:00",
        "2026:03:04 12:35:12Z",
        "2026:03:04 13:35:12.000",
        "2026:03:04 13:35:12\0",
        "Wed, 04 Mar 2026 12:35:12 GMT",
        "Wed, 04 Mar 2026 13:35:12 +0100",
        "4 Mar 2026 12:35:12 UTC",
        "2026-03-04T12:35:12Z",
        "2026-03-04T13:35:12+01:00",
        "2026-03-04 13:35:12",
    ],
)
def test_a_time_inside_the_file(embedded):
    result = taken("picture.png", embedded)
    assert (utc(result), result.offset_s, result.origin) == (AT, 3600, META)


@pytest.mark.parametrize(
    "embedded",
    [
        "",
        "0000:00:00 00:00:00",
        "2026:13:04 13:35:12",
        "yesterday",
        "2026-03-04",
        "1980:01:01 00:00:00",
        "2036:03:04 13:35:12",
        "Wed 04 Mar 2026 01:35:12 PM CET",
        "Wed, 99 Mar 2026 13:35:12 GMT",
    ],
)
def test_what_is_no_time_inside_the_file(embedded):
    assert taken("picture.png", embedded).origin is MTIME


def test_the_name_is_asked_before_the_metadata():
    result = taken("Screenshot from 2026-03-04 13-35-12.png", "2026:01:01 00:00:00")
    assert (utc(result), result.origin) == (AT, NAME)


def test_summer_and_winter_have_their_own_offsets():
    summer = taken("Screenshot from 2025-07-01 12-00-00.png")
    assert (utc(summer), summer.offset_s) == (datetime(2025, 7, 1, 10, tzinfo=UTC), 7200)
    assert taken("x.png", mtime_ns=ns(2025, 7, 1)).offset_s == 7200


def test_an_ambiguous_wall_time_is_the_first_and_a_missing_one_runs_on():
    twice = taken("Screenshot from 2025-10-26 02-30-00.png")
    assert (utc(twice), twice.offset_s) == (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), 7200)
    never = taken("Screenshot from 2025-03-30 02-30-00.png")
    assert (utc(never), never.offset_s) == (datetime(2025, 3, 30, 1, 30, tzinfo=UTC), 3600)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)))  # noqa: DTZ001 - read as UTC below
def test_an_instant_has_the_offset_of_its_moment_also_around_the_change_of_clocks(moment):
    moment = moment.replace(tzinfo=UTC)
    result = taken("x.png", mtime_ns=int(moment.timestamp()) * 10**9)
    assert result.offset_s == moment.replace(microsecond=0).astimezone(BERLIN).utcoffset().total_seconds()


@pytest.mark.parametrize(("hour", "offset"), [(0, 7200), (1, 3600)])
def test_the_hour_that_comes_twice_is_told_apart_by_the_instant(hour, offset):
    result = taken("x.png", mtime_ns=ns(2025, 10, 26, hour, 30))
    assert result.offset_s == offset


@pytest.mark.parametrize("mtime", [0, -1, -(10**30), 10**30, -(2**63), 2**63])
def test_an_absurd_mtime_is_survived_and_bounds_nothing(mtime):
    assert taken("x.png", mtime_ns=mtime).origin is MTIME
    assert utc(taken("x.png", mtime_ns=mtime)).year in range(1, 10000)
    assert utc(taken("Screenshot from 2026-03-04 13-35-12.png", mtime_ns=mtime)) == AT


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2026, 3, 4)),  # noqa: DTZ001 - a wall time on purpose
    st.sampled_from(
        [
            "Screenshot from %Y-%m-%d %H-%M-%S.png",
            "Screenshot_%Y%m%d_%H%M%S.png",
            "Screenshot %Y-%m-%d at %I.%M.%S %p.png",
            "%Y-%m-%dT%H:%M:%S.png",
        ]
    ),
    st.integers(-14 * 4, 14 * 4).map(lambda quarters: quarters * 900),
)
def test_what_is_written_is_read_back(wall, pattern, offset):
    result = taken(wall.strftime(pattern), offset_at=lambda _: offset)
    expected = wall.replace(microsecond=0, tzinfo=UTC) - timedelta(seconds=offset)
    assert (utc(result), result.offset_s, result.origin) == (expected, offset, NAME)


PIECES = st.lists(
    st.one_of(
        st.sampled_from(["2026", "-", ":", "03", "04", "T", "Z", "+", "13", " at ", "PM", "_", "1772627712"]),
        st.text(max_size=4),
    )
).map("".join)


@given(st.one_of(st.binary(), PIECES.map(str.encode)), st.none() | PIECES, st.integers())
def test_it_never_raises_and_never_finds_an_implausible_time(path, embedded, mtime_ns):
    result = taken_at(path, embedded, mtime_ns, berlin)
    if result.origin is not MTIME:
        assert 2000 <= utc(result).year < 2100
    assert abs(result.offset_s) < 86400
