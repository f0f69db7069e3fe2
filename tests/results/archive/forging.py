"""Archives changed by somebody who knows how they are made: the manifest fits again afterwards."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

Files = dict[str, bytes]


def files_of(archive: Path) -> Files:
    with zipfile.ZipFile(archive) as stored:
        return {name: stored.read(name) for name in stored.namelist()}


def store(files: Mapping[str, bytes], to: Path, *, fitting: bool = True) -> Path:
    """Write files into a zip, with a manifest that fits them."""
    files = dict(files)
    if fitting:
        manifest = json.loads(files.pop("manifest.json"))
        manifest["files"] = {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
        }
        files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as stored:
        for name, data in files.items():
            stored.writestr(name, data)
    return to


def changed(files: Files, ending: str, change: Callable[[bytes], bytes]) -> Files:
    """The same with another content of the files whose name ends so."""
    return {name: change(data) if name.endswith(ending) else data for name, data in files.items()}
