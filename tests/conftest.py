"""What holds for every test."""

import signal

# A shell starts what it runs in the background with Ctrl-C ignored, and what is ignored is handed on to
# children: those that a test interrupts would never hear of it.
signal.signal(signal.SIGINT, signal.default_int_handler)
