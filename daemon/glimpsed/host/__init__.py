"""The machine underneath: its files, locks, time, memory, GPUs and power, its service manager, the log.

Rules of this room: it reads the environment, so that no other room has to, and it knows nothing of
screenshots, jobs or models.
"""
