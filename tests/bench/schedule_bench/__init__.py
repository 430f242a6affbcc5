"""The parts of `schedule.py`: a day, the machine and two plain policies in it, and what comes of that."""
