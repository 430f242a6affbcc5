"""A day: what its sessions come to, and a report of it.

Rules of this room: pure. Time is the presence of sessions and nothing else, and every division of it adds up
to the whole. It knows sessions and tasks, and they know nothing of it.
"""
