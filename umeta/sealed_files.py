"""Files that say whose they are and whether they are still what was written: JSON records, and arrays as safetensors.

Each carries a seal: a schema version, its owner (a run, or a part of it), and a checksum over all of it. What was
written before there were seals has none, and is read as it is. A version is raised when readers of the one before would
take a file for something that it is not; further keys raise nothing, for readers leave out what they do not know.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from umeta.cache import Arrays, write_atomically
from umeta.messages import shown
from umeta.stage import UserError

SCHEMA_VERSION = 1
SEAL = "seal"
"""The key of a seal, in a record and in the header of arrays."""
_BEFORE_SEAL = b',\n"seal": '


class Unreadable(UserError):
    """A file is damaged, of another owner, or not permitted; the message gives the remedy."""


class LaterVersion(Unreadable):
    """A later version of umeta wrote a file."""


def write_record(path: Path, content: Mapping[str, Any], owner: str) -> None:
    """Write a sealed record in one rename.

    Raises:
        StorageError: the disk is full or not writable; what stood there still stands.
    """
    write_atomically(path, record_bytes(path.name, content, owner))


def record_bytes(name: str, content: Mapping[str, Any], owner: str) -> bytes:
    """Return the content of a sealed file of one key or more; the file's name goes into its checksum."""
    body = json.dumps(dict(content), indent=1).removesuffix("\n}").encode()
    return body + _BEFORE_SEAL + json.dumps(_seal(body, owner, name)).encode() + b"\n}\n"


def read_record(path: Path, owner: str, *, remedy: str) -> dict[str, Any] | None:
    """Return what a record holds, without its seal; None where there is no such file.

    Args:
        path: The file.
        owner: Whose it has to be.
        remedy: What a person can do where the file is damaged or another's, as the end of a sentence.

    Raises:
        LaterVersion: a later version wrote it.
        Unreadable: it is damaged, of another owner, or not permitted.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise not_permitted(path, error) from None
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):  # not JSON, not text, a number of too many digits, too deep
        content = None
    if not isinstance(content, dict):
        raise Unreadable(f"{path} is damaged; {remedy}.")
    seal = content.pop(SEAL, None)
    if seal is not None:
        _check(path, seal, data.rpartition(_BEFORE_SEAL)[0], owner, remedy, path.name)
    return content


def record_or_nothing(path: Path, owner: str) -> dict[str, Any]:
    """Return what a record holds; nothing where it is not there or cannot be read."""
    try:
        return read_record(path, owner, remedy="") or {}
    except Unreadable:
        return {}


def write_arrays(
    path: Path, arrays: Mapping[str, np.ndarray], owner: str, about: Mapping[str, str] | None = None
) -> None:
    """Write arrays, and text about them, as one sealed safetensors file in one rename.

    Raises:
        StorageError: the disk is full or not writable; what stood there still stands.
    """
    from safetensors.numpy import save

    arrays = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    about = dict(about or {})
    seal = json.dumps(_seal(_bytes_of(arrays, about), owner))
    write_atomically(path, save(arrays, {**about, SEAL: seal}))


def read_arrays(
    path: Path, owner: str | None, *, remedy: str, take_unsealed: bool = True
) -> tuple[Arrays, dict[str, str]]:
    """Return the arrays of a safetensors file and the text about them.

    Args:
        path: The file.
        owner: Whose it has to be; None for anyone's.
        remedy: What a person can do where the file is damaged or another's, as the end of a sentence.
        take_unsealed: Whether a file without a seal, of which nobody can tell whether it is whole, is taken.

    Raises:
        LaterVersion: a later version wrote it.
        Unreadable: it is missing, damaged, of another owner, or not permitted.
    """
    from safetensors import SafetensorError, safe_open

    try:
        path.open("rb").close()  # safetensors tells a file that may not be read from a missing one by nothing
        with safe_open(path, framework="numpy") as file:
            about = dict(file.metadata() or {})
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        seal = json.loads(about.pop(SEAL, "null"))
    except PermissionError as error:
        raise not_permitted(path, error) from None
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise Unreadable(f"{path} is damaged ({' '.join(str(error).split())[:100]}); {remedy}.") from None
    if seal is not None:
        _check(path, seal, _bytes_of(arrays, about), owner, remedy)
    elif not take_unsealed:
        raise Unreadable(
            f"{path} has no checksum, so nobody can tell whether it is whole: an earlier version of umeta wrote it, or "
            f"it was changed; {remedy}."
        )
    return arrays, about


def checksum(content: bytes, owner: str, name: str, version: int) -> str:
    """Return 16 hex digits that change with the content, with whose it is, with its file's name and the version."""
    digest = hashlib.sha256(json.dumps([version, owner, name]).encode())
    digest.update(content)
    return digest.hexdigest()[:16]


def _seal(content: bytes, owner: str, name: str = "") -> dict[str, Any]:
    return {
        "version": SCHEMA_VERSION,
        "owner": owner,
        "checksum": checksum(content, owner, name, SCHEMA_VERSION),
    }


def _check(path: Path, seal: Any, content: bytes, owner: str | None, remedy: str, name: str = "") -> None:
    version, of = (seal.get(key) if isinstance(seal, dict) else None for key in ("version", "owner"))
    is_whole = (
        isinstance(version, int)
        and isinstance(of, str)
        and seal.get("checksum") == checksum(content, of, name, version)
    )
    if not is_whole:
        raise Unreadable(f"{path} was changed after it was written: it is damaged; {remedy}.")
    if owner is not None and of != owner:
        raise Unreadable(f"{path} is of {shown(of)}, not of {shown(owner)}; {remedy}.")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise LaterVersion(
            f"{path} has schema version {version}, and this umeta reads {SCHEMA_VERSION}; update umeta to open it."
        )


def _bytes_of(arrays: Mapping[str, np.ndarray], about: Mapping[str, str]) -> bytes:
    """Return all that arrays and the text about them hold, in one order."""
    kinds = {name: [str(array.dtype), list(array.shape)] for name, array in arrays.items()}
    head = json.dumps([kinds, dict(about)], sort_keys=True).encode()
    return b"".join([head, *(arrays[name].tobytes() for name in sorted(arrays))])


def not_permitted(path: Path, error: OSError) -> Unreadable:
    """Return the error of a file that may not be read, or whose folder may not be entered."""
    place = path if os.access(path.parent, os.X_OK) else path.parent
    return Unreadable(
        f"{place} cannot be read: {error.strerror}. Make it readable for you: chmod -R u+rwX {place}"
    )
