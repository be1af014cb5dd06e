"""Keys: a maintainer's own, which signs, and those that an installation trusts. Ed25519 by the library cryptography."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from engine.files import write_whole
from engine.problems import Problem, UserError

_OWN, _TRUSTED = "own.key.pem", "trusted"


class Keys:
    """The keys in a folder. Methods raise UserError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def has_own(self) -> bool:
        return (self._folder / _OWN).exists()

    def own(self) -> Ed25519PrivateKey:
        """The key that signs, made at the first use and then trusted here."""
        path = self._folder / _OWN
        if not path.exists():
            self._make(path)
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise _unreadable(path, error) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise _unreadable(path, "it is no Ed25519 key")
        return key

    def _make(self, path: Path) -> None:
        key = Ed25519PrivateKey.generate()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # Made with its final rights, so that at no moment others may read it.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        except OSError as error:
            raise UserError([Problem("cannot-write", f"{path}: {error.strerror or error}")]) from None
        self._keep(key.public_key())

    def trust(self, path: Path) -> str:
        """Trust the public key in a PEM file from now on; returns its name."""
        return self._keep(_public(path))

    def _keep(self, key: Ed25519PublicKey) -> str:
        folder = self._folder / _TRUSTED
        folder.mkdir(parents=True, exist_ok=True)
        name = key_name(key)
        write_whole(folder / f"{name}.pem", pem(key))
        return name

    def trusted(self) -> Mapping[str, Ed25519PublicKey]:
        """The trusted keys by name."""
        return {key_name(key): key for key in self._trusted()}

    def _trusted(self) -> Iterator[Ed25519PublicKey]:
        for path in sorted((self._folder / _TRUSTED).glob("*.pem")):
            yield _public(path)

    def signer(self, content: bytes, signature: bytes) -> str | None:
        """The name of the trusted key that made the signature; None where none did."""
        return next((name for name, key in self.trusted().items() if _made(key, content, signature)), None)


def key_name(key: Ed25519PublicKey) -> str:
    """How people tell keys apart: the first of the hash of its bytes."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _made(key: Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _public(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _unreadable(path, error) from None
    if not isinstance(key, Ed25519PublicKey):
        raise _unreadable(path, "it is no Ed25519 key")
    return key


def _unreadable(path: Path, why: Exception | str) -> UserError:
    said = why.strerror if isinstance(why, OSError) and why.strerror else "it is no key in PEM form"
    return UserError([Problem("broken-key-file", f"{path}: {why if isinstance(why, str) else said}")])
