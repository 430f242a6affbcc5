"""What sessions are cut by: every number with its reason.

Rules of this file: values only. Durations are milliseconds. The defaults are meant for everybody; only the
day's start is a matter of taste.
"""

import msgspec

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

COUNTED_MS = MINUTE_MS
"""A gap between two signs of presence up to this long is presence; of a longer one this much is."""

BREAK_MS = 5 * MINUTE_MS
"""A longer gap is an absence: none of it counts, and what follows is another session."""

MOMENT_MS = 2_000
"""Shots within this time are one look at several screens; it also bounds the work that a burst can make."""

DELAY_MS = 15 * MINUTE_MS
"""Presence after which a boundary stands: three times `REACH_MS`, where what follows weighs 5 % at most."""

REACH_MS = 5 * MINUTE_MS
"""Presence over which what two screens have in common loses its weight (e-fold): the window of a topic."""

FADES_MS = 12 * MINUTE_MS
"""Presence over which a word seen before a place, or after it, loses its weight there (e-fold): longer than
that of a pair of screens, for work is about the same words longer than it is on the same screens."""

WINDOW = 200
"""Moments that are compared with a new one, at most: 15 minutes at one every 4.5 s."""

PENALTY = 1.0
"""What a boundary costs, in minutes squared of affinity: see `cutting`."""

VERDICT = 6.0
"""What a model's word adds to the price of a boundary, or takes from it: rules 95 % sure give way."""

ABOUT_MS = 2 * MINUTE_MS
"""Presence within which two places are one question: a model is shown screens, and does not count them."""

SHORT, BRIEF_MS = 5.0, 12 * MINUTE_MS
"""What a session costs besides that is over at once; less the longer it is, and nothing from this length on.
A piece of work lasts, and a few minutes elsewhere between two stretches of one are mostly part of it."""

PARTED = -0.1
"""The affinity that new pages in any work have; what has less is something else."""

BESIDE_MS = 90_000
"""A screen is beside the work on another that changed this recently; later, it is what is worked at."""

CHANGES_MS = 10 * MINUTE_MS
"""Time over which what was done on a screen counts less (e-fold) for where somebody works."""

GLANCE_MS = 150_000
"""A visit to chat, mail or music up to this long is an interruption
if the same work goes on after it: a couple of minutes, and half of one until the next shot shows its end."""


class Settings(msgspec.Struct, frozen=True):
    """`day_start_ms` is when a day begins, in milliseconds after midnight on the wall clock."""

    day_start_ms: int = 4 * HOUR_MS
