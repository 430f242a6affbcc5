"""The reader child on a machine where some modules cannot be imported: those that `WITHOUT` names."""

import os
import sys

if __name__ == "__main__":
    for name in os.environ["WITHOUT"].split():
        sys.modules[name] = None  # what Python itself takes for "there is no such module"

    from glimpsed.reader import child

    child.main()
