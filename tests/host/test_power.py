"""Battery or not, as the kernel's files say it: real folders that look as those of real machines do."""

import pytest

from glimpsed.host.power import on_battery


def supply(kind, **said):
    return {"type": kind, **{name: str(value) for name, value in said.items()}}


def battery(status, **said):
    return supply("Battery", status=status, present=1, **said)


MAINS = supply("Mains", online=1)
UNPLUGGED = supply("Mains", online=0)
PORT = supply("USB", online=0, usb_type="[C] PD PD_PPS")
CHARGER = supply("USB", online=1, usb_type="C [PD] PD_PPS")
MOUSE = battery("Discharging", scope="Device")


def machine(folder, *supplies):
    for number, files in enumerate(supplies):
        (folder / f"supply{number}").mkdir()
        for name, said in files.items():
            (folder / f"supply{number}" / name).write_text(said + "\n")
    return folder


@pytest.mark.parametrize(
    ("what", "supplies", "expected"),
    [
        ("a desktop", [], False),
        ("a desktop with a mouse", [MOUSE], False),
        ("a desktop with a port that nothing is plugged into", [PORT], False),
        ("a laptop that is plugged in", [MAINS, battery("Charging")], False),
        ("a laptop that is full", [MAINS, battery("Full")], False),
        ("a laptop that is not plugged in", [UNPLUGGED, battery("Discharging")], True),
        ("a laptop that was just unplugged", [UNPLUGGED, battery("Not charging")], True),
        ("a laptop without its battery", [MAINS, supply("Battery", present=0)], False),
        ("a charger at one of several ports", [PORT, CHARGER, PORT, battery("Charging")], False),
        ("a charger that negotiated its voltage", [supply("USB", online=2), battery("Charging")], False),
        ("a charger that is too weak", [CHARGER, battery("Discharging")], False),
        ("a charger that is not listed", [UNPLUGGED, battery("Charging")], False),
        ("no charger at any of several ports", [PORT, PORT, battery("Discharging")], True),
        ("two batteries, one in use", [UNPLUGGED, battery("Unknown"), battery("Discharging")], True),
        ("a battery alone, discharging", [battery("Discharging")], True),
        ("a battery alone, full", [battery("Full")], False),
        ("a battery alone that does not tell", [battery("Unknown")], None),
        ("a battery that is being taken out", [supply("Battery")], None),
        ("a supply that is being taken away", [{}, MAINS, battery("Charging")], False),
        ("a plugged laptop with a mouse", [MAINS, battery("Full"), MOUSE], False),
    ],
)
def test_says_whether_a_machine_runs_on_its_battery(tmp_path, what, supplies, expected):
    assert on_battery(machine(tmp_path, *supplies)) is expected, what


def test_without_such_a_folder_it_cannot_be_told(tmp_path):
    assert on_battery(tmp_path / "power_supply") is None


def test_what_cannot_be_read_cannot_be_told(tmp_path):
    (machine(tmp_path, MAINS, battery("Discharging")) / "supply0" / "scope").mkdir()
    assert on_battery(tmp_path) is None


def test_what_is_no_text_is_nothing_that_is_known(tmp_path):
    (machine(tmp_path, battery("Full")) / "supply0" / "status").write_bytes(b"\xff\x00")
    assert on_battery(tmp_path) is False


def test_this_machine_can_be_asked():
    assert on_battery() in (True, False, None)
