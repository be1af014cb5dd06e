"""The command. Starting it builds much that stays, so garbage is looked for more seldom."""

import gc

gc.set_threshold(100_000, 50, 50)
