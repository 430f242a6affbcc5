"""The reader child on a machine where rapidocr is not installed."""

import sys

from glimpsed.reader import child

if __name__ == "__main__":
    sys.modules["rapidocr"] = None  # what Python itself takes for "there is no such module"
    child.main()
