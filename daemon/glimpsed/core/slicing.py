"""How a picture is cut for MiniCPM-V, and what that costs.

Rules of this file: pure.
"""

from typing import Literal

Detail = Literal["low", "medium", "high", "full"]
"""How much of a picture a model is shown; each is a bound on the number of encodes."""
