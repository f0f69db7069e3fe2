"""An archive of runs taken over into a home: checked as a whole before any of it is kept, and nothing executed."""

import errno
import json
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umeta.cache import Home, write_atomically
from umeta.data.files.zip_files import open_zip
from umeta.messages import cut, shown
from umeta.results.archive.layout import (
    MANIFEST,
    MAX_BYTES,
    MAX_FILE,
    MAX_MANIFEST,
    MEMBER,
    SCHEMA_VERSION,
    STUDY,
    sha256,
)
from umeta.results.finished_run import FinishedRun
from umeta.runs.directory import RunDirectory
from umeta.runs.inspection import problems
from umeta.runs.launch_record import add_note
from umeta.stage import UserError
from umeta.storage_errors import storage_error
from umeta.studies.study import load_study

ENCRYPTED = 0x1
BLOCK = 1 << 20


@dataclass(frozen=True)
class Imported:
    """What an archive brought."""

    runs: tuple[RunDirectory, ...]
    left_out: dict[str, str]
    """Why a run was not taken over, by its id."""
    study: Path | None
    """The file of the study that the runs are of, where it is none that comes with umeta."""


def import_archive(file: Path, home: Home) -> Imported:
    """Take over the runs of an archive; a run that is here stays as it is.

    Raises:
        StorageError: the disk refused.
        UserError: the file is no archive, is damaged, was changed, or is of a later version; nothing of it is kept.
    """
    with _unpacked(file, home) as (folder, manifest):
        runs = [RunDirectory(path) for path in sorted((folder / "runs").glob("*"))]
        for run in runs:
            _check_run(run)
        if not runs:
            raise UserError("there is no run in it.")
        study = _checked_study(folder / STUDY, str(manifest.get("budget", "short")))
        taken, left_out = [], {}
        for run in runs:
            target = RunDirectory(home.runs / run.run_id)
            if target.path.exists():
                state = target.status().state
                left_out[run.run_id] = (
                    "it is here already" if state == "finished" else f"one is here that is {state}"
                )
                continue
            add_note(run.path, f"Taken over from {cut(file.name)}; it was not computed here.")
            try:
                run.path.rename(target.path)
            except OSError as error:
                raise storage_error(target.path, error) from error
            taken.append(target)
        return Imported(tuple(taken), left_out, _keep_study(study, str(manifest.get("study", "study")), home))


@contextmanager
def _unpacked(file: Path, home: Home) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield a folder with the files of an archive, all of them as the manifest says, and the manifest."""
    try:
        home.runs.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".import-", dir=home.runs))
    except OSError as error:
        raise storage_error(home.runs, error) from error
    try:
        with open_zip(file) as archive:
            manifest = _read_manifest(archive)
            _unpack(archive, manifest["files"], folder)
        yield folder, manifest
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UserError(
            f"{file} is no zip, or damaged ({error}). Get it again; nothing was imported."
        ) from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # the list of files points before the beginning
            raise UserError(f"{file} is no zip, or damaged. Get it again; nothing was imported.") from None
        raise UserError(f"{error.filename or file}: {error.strerror}. Nothing was imported.") from None
    except UserError as error:
        reason = str(error).replace(f"{folder}/", "")
        raise type(error)(f"{file}: {reason} Nothing was imported.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the manifest, once the names and sizes of all files are those that an archive may have.

    Raises:
        UserError: they are not, or a later version of umeta wrote it.
    """
    entries = archive.infolist()
    names = [entry.orig_filename for entry in entries]
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if entry.flag_bits & ENCRYPTED or kind not in (0, stat.S_IFREG):  # 0 where no kind was written
            raise UserError(f"{shown(entry.orig_filename)} in it is a link, a folder, or encrypted.")
        if entry.orig_filename != MANIFEST and not MEMBER.fullmatch(entry.orig_filename):
            raise UserError(f"{shown(entry.orig_filename)} in it is no file of an export of runs.")
        most = MAX_MANIFEST if entry.orig_filename == MANIFEST else MAX_FILE
        if entry.file_size > most:
            size = f"{entry.file_size / 1e6:,.0f} MB"
            raise UserError(
                f"{cut(entry.orig_filename)} would be {size}, and at most {most / 1e6:,.0f} MB are read."
            )
    if len(set(names)) < len(names) or MANIFEST not in names:
        raise UserError(f"it has a file twice, or no {MANIFEST}: it is no export of runs.")
    if (total := sum(entry.file_size for entry in entries)) > MAX_BYTES:
        raise UserError(
            f"it would take {total / 1e9:,.1f} GB, and at most {MAX_BYTES / 1e9:.1f} GB are read."
        )
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (ValueError, RecursionError):
        manifest = None
    about = manifest if isinstance(manifest, dict) else {}
    version, files = about.get("schema_version"), about.get("files")
    if not isinstance(version, int) or not isinstance(files, dict) or set(names) != {MANIFEST, *files}:
        raise UserError(f"{MANIFEST} is damaged, or does not name the files that are there.")
    if version > SCHEMA_VERSION:
        raise UserError(
            f"it has schema version {version}, and this umeta reads {SCHEMA_VERSION}; update umeta."
        )
    return about


def _unpack(archive: zipfile.ZipFile, files: dict[str, Any], folder: Path) -> None:
    for name, about in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as stream, target.open("wb") as output:
            shutil.copyfileobj(stream, output, BLOCK)
        if about != {"bytes": target.stat().st_size, "sha256": sha256(target)}:
            raise UserError(f"{cut(name)} is not what {MANIFEST} says: it was changed after it was exported.")


def _check_run(run: RunDirectory) -> None:
    """Check that a run is what it says: its files its own and whole, its id that of its config, its answers its rows'.

    Raises:
        UserError: it is not.
    """
    found = problems(run)
    if found:
        raise UserError(found[0])
    finished = FinishedRun.of(run)
    if finished is None:
        raise UserError(f"run {run.run_id} has no result.")
    config = run.config()
    if config.run_id != run.run_id or finished.result.config != run.config_record():
        raise UserError(
            f"run {run.run_id} was made by other versions of its methods than are here (its config gives "
            f"{cut(config.run_id)}), or was changed. Import it with the umeta that exported it."
        )
    if run.answers_file.exists() and any(finished.correct(row) is None for row in finished.rows):
        raise UserError(f"the answers of run {run.run_id} are not those of its rows.")


def _checked_study(file: Path, budget: str) -> bytes | None:
    """Return the file of a study, once it is known to be one.

    Raises:
        UserError: it is none.
    """
    if not file.exists():
        return None
    load_study(str(file), budget)
    return file.read_bytes()


def _keep_study(content: bytes | None, name: str, home: Home) -> Path | None:
    if content is None:
        return None
    stem = "".join(letter for letter in name if letter.isalnum() or letter in "-_")[:40] or "study"
    place = home.root / "imported_studies" / f"{stem}.yaml"
    if place.exists() and place.read_bytes() != content:
        place = place.with_name(f"{stem}-{zlib.crc32(content):08x}.yaml")
    write_atomically(place, content)
    return place
