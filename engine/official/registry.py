"""The kinds of official files, by the name the command knows them by."""

from __future__ import annotations

from collections.abc import Mapping

from engine.official.gpci import GPCI
from engine.official.icd10cm import ICD10CM
from engine.official.kinds import Kind
from engine.official.mue import MUE
from engine.official.ncci import NCCI_PTP
from engine.official.pfs import PFS_RVU
from engine.official.telehealth import TELEHEALTH_LIST

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (NCCI_PTP, MUE, PFS_RVU, GPCI, TELEHEALTH_LIST, ICD10CM)
}  # fmt: skip
