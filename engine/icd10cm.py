"""ICD-10-CM by the one release that is installed: which codes there are, which a claim takes, and their texts.

A release holds on its own days only: April's to the end of September, October's to the end of March. Of any other day
nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from engine.icd10cm_tabular import Entry, entries, entry

_LIST = re.compile(r"code-list-(April|October)-([0-9]{4})\.txt")


@dataclass(frozen=True)
class Release:
    """``codes`` are all codes and categories, without dots and each between line breaks.

    ``tabular`` is the file that has their texts.
    """

    title: str
    first: date
    last: date
    codes: bytes
    tabular: Path | None

    @property
    def entries(self) -> Iterator[Entry]:
        """Each code with its texts; none where the tabular list is not at hand."""
        return iter(()) if self.tabular is None else entries(self.tabular, self._listed)

    def entry(self, code: str) -> Entry | None:
        return None if self.tabular is None else entry(code, self.tabular, self._listed)

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(self.codes.decode().split())


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a code stands in a release.

    ``below`` are the codes that a claim takes instead, none where it takes this one; ``nearest`` is the code itself or,
    where there is no such code, the longest beginning of it that is one.
    """

    release: str
    nearest: str | None
    is_code: bool
    below: tuple[str, ...]


@lru_cache(maxsize=4_096)
def standing(code: str, on: date) -> Standing | None:
    """Where a code (with its dot) stands on a day; None where no release for that day is at hand."""
    release = installed_release()
    if release is None or not release.first <= on <= release.last:
        return None
    plain = code.replace(".", "")
    beginnings = (plain[:end] for end in range(len(plain), 2, -1))
    nearest = next((one for one in beginnings if f"\n{one}\n".encode() in release.codes), None)
    return Standing(
        release=release.title,
        nearest=dotted(nearest) if nearest else None,
        is_code=nearest == plain,
        below=_below(plain, release) if nearest == plain else (),
    )


def _below(plain: str, release: Release) -> tuple[str, ...]:
    """The undivided codes that begin with this one."""
    found = sorted(one.decode() for one in re.findall(rf"\n({plain}[0-9A-Z]+)(?=\n)".encode(), release.codes))
    following = (*found[1:], "")
    return tuple(dotted(one) for one, after in zip(found, following, strict=False) if not after.startswith(one))


def dotted(plain: str) -> str:
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain


@cache
def installed_release() -> Release | None:
    """The release of the library simple_icd_10_cm, found by its files: importing it takes seconds."""
    spec = find_spec("simple_icd_10_cm")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted((Path(folder) / "data").glob("code-list-*.txt")):
            if named := _LIST.fullmatch(path.name):
                month, year = named[1], int(named[2])
                first, last = (
                    (date(year, 4, 1), date(year, 9, 30))
                    if month == "April"
                    else (date(year, 10, 1), date(year + 1, 3, 31))
                )
                codes = b"\n%b\n" % path.read_bytes().replace(b"\r", b"\n")
                tabular = next(path.parent.glob("icd10c-tabular-*.xml"), None)
                return Release(f"ICD-10-CM of {month} {year}", first, last, codes, tabular)
    return None


@cache
def description(code: str) -> str | None:
    """The code's published text; None for a code that the release does not have."""
    release = installed_release()
    found = release.entry(code) if release else None
    return found.text if found else None
