"""The command. A check ends before this many values are alive: looking for garbage sooner only makes it wait."""

import gc
import os

gc.set_threshold(300_000, 50, 50)
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look for one in every installed package
