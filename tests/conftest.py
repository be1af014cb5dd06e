from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci")

# The long proofs run on request: `make prove`.
collect_ignore = [] if os.environ.get("PRECERTAIN_PROVE") else ["prove"]
