"""The command. A check ends before this many values are alive: looking for garbage sooner only makes it wait."""

import gc

gc.set_threshold(300_000, 50, 50)
