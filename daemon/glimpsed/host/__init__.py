"""The machine underneath: where files lie, who holds the lock, the time, the service manager, the log.

Rules of this room: it reads the environment, so that no other room has to, and it knows nothing of
screenshots, jobs or models.
"""
