"""What a process that works on rules would first spend its time on: the bundled rulesets read, the solver loaded."""

from __future__ import annotations

import gc

from engine import Library
from engine.lint import lint
from engine.quality.mutation import mutate

_library = Library()
_library.all()
lint(_library, "self-pay")
mutate(_library, "self-pay", prove=False)
gc.freeze()  # or each process forked from it would look for garbage among all that
