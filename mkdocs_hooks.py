"""What the docs site needs besides its settings: a table of contents of the pages there are, and no link out of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_GUIDES = (
    "tutorial",
    "screen",
    "day",
    "tracking",
    "releases",
    "impact",
    "editors",
    "reference-files",
    "administration",
)
_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)#]+)(?:#[^)]*)?\)")


def on_config(config: Any) -> Any:
    """The start page, the guides, a page a payer, and the rest as reference."""
    found = {path.stem for path in Path(config.docs_dir).glob("*.md")}
    guides = [name for name in _GUIDES if name in found]
    payers = ["rulesets", *sorted(name for name in found if name.startswith("ruleset-"))]
    rest = sorted(found - {"index", *guides, *payers})
    config.nav = [
        {"Start": "index.md"},
        {"Guides": [f"{name}.md" for name in guides]},
        {"Payers": [f"{name}.md" for name in payers]},
        {"Reference": [f"{name}.md" for name in rest]},
    ]
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    """A file beside the docs is named, not linked: the site does not hold it."""
    return _OUTSIDE.sub(r"\1 (`\2`)", markdown)
