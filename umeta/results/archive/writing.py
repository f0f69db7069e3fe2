"""Finished runs written into one zip."""

import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from umeta import __version__
from umeta.results.archive.layout import MANIFEST, PARTS, SCHEMA_VERSION, STUDY, sha256
from umeta.runs.directory import RunDirectory
from umeta.runs.inspection import problems
from umeta.stage import UserError
from umeta.studies.study import Study


def write_archive(runs: Sequence[RunDirectory], to: Path, *, study: Study | None = None) -> None:
    """Write runs, and the file of a person's own study that they are of, into a zip, in one rename.

    Raises:
        UserError: a run is not finished, a file of it cannot be read, or the place cannot be written.
    """
    files = dict(file for run in runs for file in _files_of(run))
    if study is not None:
        files[STUDY] = study.path
    sums = {name: {"bytes": file.stat().st_size, "sha256": sha256(file)} for name, file in files.items()}
    of_study = {"study": study.name, "budget": study.budget} if study else {}
    manifest = {"schema_version": SCHEMA_VERSION, "umeta": __version__, **of_study, "files": sums}
    draft = to.with_name(f".{to.name}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            for name, file in files.items():
                archive.write(file, name)
        draft.replace(to)
    except OSError as error:
        raise UserError(f"{to} cannot be written: {error.strerror}. Give another file.") from None
    finally:
        draft.unlink(missing_ok=True)


def _files_of(run: RunDirectory) -> Iterator[tuple[str, Path]]:
    """Yield the files of a run by their names in the zip.

    Raises:
        UserError: it is not finished, or one of them cannot be read.
    """
    if run.read_result() is None:
        raise UserError(f"run {run.run_id} is {run.status().state}: only finished runs are exported.")
    files = [file for name in PARTS if (file := run.path / name).exists()]
    files += sorted((run.path / "test_tasks").glob("[!.]*.safetensors"))
    for problem in problems(run):
        if any(str(file) in problem for file in files):
            raise UserError(problem)
    for file in files:
        yield f"runs/{run.run_id}/{file.relative_to(run.path).as_posix()}", file
