"""The protocol's own version, apart from the package's.

Rules of this file: major changes when an old client would misread a new daemon, minor when something is
added that an old client may ignore. `daemon/PROTOCOL.md` opens with the same numbers; a test compares them.
"""

MAJOR = 1
MINOR = 3

MAGIC = b"glimpse%d" % MAJOR
"""First frame of every message, both ways: tells our messages from anything else on a socket."""
