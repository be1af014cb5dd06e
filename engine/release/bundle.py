"""The file of a release: a zip archive of rulesets with their manifest and its signature. Data only, read with care.

The same rulesets, manifest and key give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from engine.files import UNREADABLE_ZIP
from engine.problems import Problem, UserError
from engine.release.manifest import Manifest, file_sum

MANIFEST, SIGNATURE, RULESETS = "manifest.json", "signature", "rulesets/"
MOST_FILES = 500
MOST_BYTES = 20_000_000
"""Of all files together, unpacked. The bundled rulesets are a fiftieth of it."""
_SIGNATURE_BYTES = 64
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Bundle:
    """``files``: the content of each file by its name within the bundle."""

    manifest: Manifest
    files: Mapping[str, bytes]
    signature: bytes


def pack(bundle: Bundle) -> bytes:
    members = {MANIFEST: bundle.manifest.canonical(), SIGNATURE: bundle.signature}
    members |= {RULESETS + name: content for name, content in bundle.files.items()}
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name in sorted(members):
            info = ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, _PLAIN_FILE  # alike on every system
            archive.writestr(info, members[name])
    return packed.getvalue()


def unpack(raw: bytes, name: str) -> Bundle:
    """The bundle in the bytes of a file of this name; its signature is not yet looked at.

    Raises UserError for anything but the files that its manifest names, each with the hash and size it says.
    """
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            members = _members(archive)
            manifest = Manifest.read(members.pop(MANIFEST))
            signature = members.pop(SIGNATURE)
            files = {member.removeprefix(RULESETS): content for member, content in members.items()}
            _require_named(manifest, members, files)
    except KeyError as error:
        raise _broken(name, f"it has no {error.args[0]}") from None
    except UNREADABLE_ZIP as error:
        raise _broken(name, f"it is no zip archive that can be read ({error})") from None
    except ValueError as error:
        raise _broken(name, str(error)) from None
    return Bundle(manifest, files, signature)


def _members(archive: ZipFile) -> dict[str, bytes]:
    """Every member, read no further than the whole may be long. Raises ValueError."""
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise ValueError(f"it holds {len(infos)} files, more than {MOST_FILES}")
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for info in infos:
        if info.filename in found:
            raise ValueError(f"it holds {info.filename!r} twice")
        with archive.open(info) as member:
            content = member.read(left + 1)  # what the archive says of its sizes is not believed
        left -= len(content)
        if left < 0:
            raise ValueError(f"unpacked it is larger than {MOST_BYTES // 1_000_000} MB")
        found[info.filename] = content
    return found


def _require_named(manifest: Manifest, members: Mapping[str, bytes], files: Mapping[str, bytes]) -> None:
    outside = [member for member in members if not member.startswith(RULESETS)]
    unnamed = sorted({*outside, *(set(files) - set(manifest.files))})
    if unnamed:
        raise ValueError(f"it holds what its manifest does not name: {', '.join(map(repr, unnamed[:5]))}")
    if missing := sorted(set(manifest.files) - set(files)):
        raise ValueError(f"its manifest names what it does not hold: {', '.join(missing[:5])}")
    changed = sorted(name for name, content in files.items() if manifest.files[name] != file_sum(content))
    if changed:
        raise ValueError(f"not as they were released: {', '.join(changed[:5])}")


def _broken(name: str, why: str) -> UserError:
    return UserError([Problem("broken-bundle", f"{name} is no bundle of rulesets: {why}")])
