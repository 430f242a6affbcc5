"""One handler a file, named as its request; `dispatch` finds it, `views` turns what we know into what we say.

Rules of this room: handlers read, and put events before the machine; they never change state themselves.
"""
