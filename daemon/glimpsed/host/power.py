"""Whether this machine runs on a battery, as the kernel tells it.

Rules of this file: asking never raises. What the kernel says is in sysfs-class-power; the answers follow what
systemd makes of the same files.
"""

import errno
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")

_ABSENT = (errno.ENOENT, errno.ENODEV)
"""A file that this kind of supply does not have, and one of a supply that is being unplugged."""


def on_battery(supplies: Path = SUPPLIES) -> bool | None:
    """Whether a battery is what keeps the machine running; False without one, None when it cannot be told.

    The batteries of mice and telephones do not count. Of several supplies one that delivers is enough.
    """
    try:
        ours = [supply for supply in supplies.iterdir() if _said(supply, "scope") != "Device"]
        batteries = [supply for supply in ours if _is_battery(supply)]
        plugs = {_said(supply, "online") for supply in ours if _said(supply, "type") != "Battery"}
        states = {_said(battery, "status") for battery in batteries}
    except OSError:
        return None
    if not batteries or plugs - {"0", ""} or "Charging" in states:  # not every supply that charges is listed
        return False
    if "0" in plugs or "Discharging" in states:
        return True
    return None if states <= {"Unknown", ""} else False


def _is_battery(supply: Path) -> bool:
    return _said(supply, "type") == "Battery" and _said(supply, "present") != "0"


def _said(supply: Path, what: str) -> str:
    """What the kernel says of a supply, empty when that has no such thing to say; raises `OSError`."""
    try:
        return (supply / what).read_text(errors="replace").strip()
    except OSError as error:
        if error.errno in _ABSENT:
            return ""
        raise
