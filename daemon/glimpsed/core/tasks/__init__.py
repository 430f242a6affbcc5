"""Tasks and habits: what sessions have in common over days.

Rules of this room: pure; no clock, no ids of its own. A task is told from what was seen alone, and every
state of one has a proof. It knows sessions, and sessions know nothing of it.
"""
