"""What a bundle says of itself: its files by hash, what was released by whom, and what was proved."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=600, pattern=r"^[^\x00-\x1f\x7f]*$")]
FileName = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9_-]*/)*[a-z0-9][a-z0-9_-]*\.(yaml|csv|xlsx)$", max_length=200)
]
"""A file within the bundle: small letters, digits and dashes, so that no path leads outside and no two meet."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileSum(_Part):
    sha256: Sha256
    size: Annotated[int, Field(ge=0)]


class Released(_Part):
    """One ruleset of the bundle and what its changelog says of this version."""

    id: Line
    version: Line
    change: Line


class Proof(_Part):
    """One thing that was proved before the release, in a line, such as ``12 examples, 31 expectations``."""

    name: Line
    result: Line


class Manifest(_Part):
    """``bundled``: the hash of the bundled rulesets beside which these were proved; ``follows``: the release before."""

    format: Literal[1] = 1
    released_on: date
    released_by: Line
    precertain: Line
    bundled: Sha256
    follows: Sha256 | None = None
    rulesets: tuple[Released, ...]
    proofs: tuple[Proof, ...]
    files: dict[FileName, FileSum]

    def canonical(self) -> bytes:
        """The bytes that are hashed and signed: sorted keys, no spaces."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)

    @property
    def id(self) -> str:
        return sha256(self.canonical()).hexdigest()

    @classmethod
    def read(cls, raw: bytes) -> Manifest:
        """Raises ValueError, in words, for anything but the canonical bytes of a manifest."""
        try:
            manifest = cls.model_validate_json(raw)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            raise ValueError(f"its manifest is not one ({place}: {first['msg']})") from None
        if manifest.canonical() != raw:
            raise ValueError("its manifest is not written in its canonical form")
        return manifest


def file_sum(content: bytes) -> FileSum:
    return FileSum(sha256=sha256(content).hexdigest(), size=len(content))
