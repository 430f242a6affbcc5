"""The applications that the rules know: tables by kind, put together here. No code but this.

Of two that fit a screen equally well the first wins.
"""

from glimpsed.core.rules.known.application import Application
from glimpsed.core.rules.known.desk import DESK
from glimpsed.core.rules.known.drafting import DRAFTING
from glimpsed.core.rules.known.editors import EDITORS
from glimpsed.core.rules.known.files import FILES
from glimpsed.core.rules.known.media import MEDIA
from glimpsed.core.rules.known.messages import MESSAGES
from glimpsed.core.rules.known.office import OFFICE
from glimpsed.core.rules.known.science import SCIENCE
from glimpsed.core.rules.known.shells import SHELLS
from glimpsed.core.rules.known.studio import STUDIO
from glimpsed.core.rules.known.system import SYSTEM
from glimpsed.core.rules.known.tools import TOOLS
from glimpsed.core.rules.known.trade import TRADE

__all__ = ["APPLICATIONS", "Application"]

_EVERYBODY = (*EDITORS, *SHELLS, *OFFICE, *MESSAGES, *MEDIA, *FILES, *SYSTEM)
_PROFESSIONS = (*DRAFTING, *STUDIO, *SCIENCE, *DESK, *TRADE, *TOOLS)
APPLICATIONS: tuple[Application, ...] = (*_EVERYBODY, *_PROFESSIONS)
