"""What telling a session costs a model, against its shots: prompts, and tokens of their material.

    PYTHONPATH=daemon python tests/bench/telling.py

A scripted session of one developer is told once it is over; then it grows by ten shots, again and again, and
gets one late shot in its middle. Four characters count as a token; no model is asked. Ends with 1 unless what
a shot costs stays the same, and what a change costs, too.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from glimpsed.core.sessions.chunks import key, parted
from glimpsed.core.sessions.material import Entry, entries
from glimpsed.core.sessions.model import Sighting
from workday_personas import DEVELOPER, SLACK
from workdays import Script

ROOM = 6000
"""Tokens of material in a prompt, with a context of 8192."""

SIZES = (50, 100, 200, 400, 800, 1600)
NOTE_TOKENS = 120
"""Of a note on a part, of which the prompt about the whole session is made."""


def session(minutes: int) -> list[Sighting]:
    """The shots of so many minutes, three a minute."""
    script = Script(7, pace=20)
    script.work(DEVELOPER["ledger"], minutes, glances=(SLACK,))
    return script.day.shots


def told(seen: list[Sighting], known: set[str]) -> tuple[int, int]:
    """Prompts and tokens to tell this session, of whose parts some are `known`; all are afterwards."""
    looks = entries(seen)
    tokens = [_tokens(look) for look in looks]
    prompts = spent = 0
    parts = parted(looks, tokens, ROOM)
    for part in parts:
        name = key(*(line for at in part for line in looks[at].lines))
        if name not in known:
            known.add(name)
            prompts += 1
            spent += sum(tokens[at] for at in part)
    return prompts + 1, spent + NOTE_TOKENS * len(parts)


def _tokens(look: Entry) -> int:
    return sum(len(line) + 3 for line in look.lines) // 4 + 1


def main() -> int:
    """Print what telling costs, and say whether it is in proportion."""
    every = session(max(SIZES) // 2)
    assert len(every) >= max(SIZES), "the day is too short"
    out = sys.stdout.write
    out(f"{'shots':>6} {'prompts':>8} {'tokens':>8} {'a shot':>7}   10 shots more    a late shot\n")
    costs, changes = [], []
    for size in SIZES:
        known: set[str] = set()
        prompts, tokens = told(every[:size], known)
        grown = told(every[: size + 10], set(known))
        late = [shot for at, shot in enumerate(every[:size]) if at != size // 2]
        known.clear()
        told(late, known)
        inserted = told(every[:size], known)
        costs.append(tokens / size)
        changes += [grown[0], inserted[0]]
        out(f"{size:>6} {prompts:>8} {tokens:>8} {tokens / size:>7.0f}")
        out(f"   {grown[0]:>3} prompts {grown[1]:>6}   {inserted[0]:>3} prompts {inserted[1]:>6}\n")
    even = max(costs[2:]) <= 1.25 * min(costs[2:]) and max(changes) <= 6
    out("in proportion\n" if even else "NOT in proportion\n")
    return not even


if __name__ == "__main__":
    sys.exit(main())
