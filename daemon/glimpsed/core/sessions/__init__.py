"""Sessions: from a stream of screenshots to stretches of a person's work.

Rules of this room: pure; no clock, no ids of its own, no chance. What the screenshots say is identity, what a
model says is meaning: where sessions begin and end is decided without a model, and only what stays in doubt
is put to one. Times are milliseconds since 1970, UTC, with the local offset beside them; order is by time,
then by id.
"""
