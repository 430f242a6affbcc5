"""What holds for every test."""

import signal

import hypothesis

# A shell starts what it runs in the background with Ctrl-C ignored, and what is ignored is handed on to
# children: those that a test interrupts would never hear of it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is judged by how long it took: machines are shared.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
