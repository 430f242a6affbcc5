"""Thin clients of the daemon: `Client` asks, `watch` listens, `cli` shows.

Rules of this package: of the daemon it imports `glimpsed.wire` alone, so that it starts quickly and runs
where nothing of the daemon is installed. What it shows may be hostile: screen text comes from strangers.
"""

from glimpse_client.client import Client

__all__ = ["Client"]
