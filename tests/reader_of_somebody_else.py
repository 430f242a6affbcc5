"""The reader child as another user: everything is imported first, then root becomes nobody."""

import os

from PIL import Image

from glimpsed.reader import child

NOBODY = 65534

if __name__ == "__main__":
    Image.init()
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    child.main()
