"""The browser that is on this machine: no test brings one along, or fetches one."""

from __future__ import annotations

import os
import shutil
import sys

# The headless shell first: it opens no window's own pages, which takes half the time.
_NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
)  # fmt: skip
_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
MISSING = (
    "Not run: tests/browser, for there is no Chromium or Chrome. "
    "Install one (Debian, Ubuntu: apt-get install chromium), or name it in PRECERTAIN_BROWSER."
)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--font-render-hinting=none",
]  # fmt: skip
"""No sandbox: as root there is none, and only our own pages are opened."""


def installed() -> str | None:
    """The program to start; None where there is none."""
    if named := os.environ.get("PRECERTAIN_BROWSER"):
        return shutil.which(named)
    return next((found for name in (*_NAMES, *_PLACES) if (found := shutil.which(name))), None)


if __name__ == "__main__":
    sys.exit(None if installed() else MISSING)
