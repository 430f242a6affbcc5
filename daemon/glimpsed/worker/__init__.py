"""A child process on a short lead: spawned, spoken to over its own channel, gone when the daemon is.

The reader and the engine are such children. What they have in common lives here, so that neither room needs
to know the other: `channel` (frames), `process` (the daemon's end), `child` (the child's end).
"""
