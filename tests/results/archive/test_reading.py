"""Archives as they are made, and as others may make them: taken, or refused in a line, and then nothing stays."""

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.results.archive.forging import changed, files_of, store
from tests.runs.stored_runs import cloned
from umeta import sealed_files
from umeta.cache import Home
from umeta.results.archive import layout, reading
from umeta.results.archive.reading import import_archive
from umeta.results.archive.writing import write_archive
from umeta.runs import RunDirectory, list_runs
from umeta.sealed_files import record_bytes, write_arrays
from umeta.stage import UserError
from umeta.studies.study import load_study


@pytest.fixture(scope="module")
def archive(finished: RunDirectory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("archive") / "runs.zip"
    write_archive([finished], to)
    return to


def refused(archive: Path, home: Home, why: str) -> None:
    """Check that an archive is refused in a line, that all of it is gone, and that what was here stays."""
    before = [run.run_id for run in list_runs(home)]
    with pytest.raises(UserError, match=why) as caught:
        import_archive(archive, home)
    assert "\n" not in str(caught.value)
    assert "othing was imported" in str(caught.value)
    assert ".import-" not in str(caught.value)
    assert [run.run_id for run in list_runs(home)] == before
    assert sorted(path.name for path in home.runs.iterdir()) == sorted(before)


def test_an_archive_brings_its_runs_with_a_note_and_leaves_those_that_are_here(
    archive: Path, finished: RunDirectory, home: Home
):
    brought = import_archive(archive, home)
    (run,) = brought.runs
    assert (run.run_id, run.status().state, run.result()) == (finished.run_id, "finished", finished.result())
    assert run.launch_record()["notes"][-1] == "Taken over from runs.zip; it was not computed here."
    again = import_archive(archive, home)
    assert (again.runs, again.left_out) == ((), {run.run_id: "it is here already"})
    run.result_file.unlink()
    run.write_status("cancelled")
    assert import_archive(archive, home).left_out == {run.run_id: "one is here that is cancelled"}


def seal(name: str, content: dict, owner: str) -> bytes:
    return record_bytes(name, content, owner)


def better(data: bytes, *, owner: str) -> bytes:
    """A result of which somebody has made a better one, and sealed it."""
    content = json.loads(data)
    del content["seal"]
    content["results"][0]["accuracy"] = 0.999
    return seal("result.json", content, owner)


def of_another_config(data: bytes, *, name: str, owner: str) -> bytes:
    content = json.loads(data)
    del content["seal"]
    (content["config"] if name == "result.json" else content)["seed"] = 77
    return seal(name, content, owner)


Change = Callable[[bytes], bytes]


def up(data: bytes) -> bytes:
    return data.replace(b"0.", b"1.", 1)


def end_off(data: bytes) -> bytes:
    return data[:-9]


def becomes(content: bytes) -> Change:
    return lambda data: content


def version_2(data: bytes) -> bytes:
    return data.replace(b'"schema_version": 1', b'"schema_version": 2')


@pytest.mark.parametrize(
    ("ending", "change", "fitting", "why"),
    [
        ("result.json", up, False, "not what manifest.json says"),
        ("result.json", up, True, "result.json was changed"),
        ("result.json", None, True, "has no result"),
        ("events.jsonl", end_off, True, "events.jsonl: 1 line torn"),
        ("config.json", becomes(b"{"), True, "config.json is damaged"),
        ("launch.json", becomes(b"[" * 10**6), True, "launch.json is damaged"),
        ("correct.safetensors", end_off, True, "correct.safetensors is damaged"),
        ("5way_1shot.safetensors", end_off, True, "5way_1shot.safetensors"),
        ("manifest.json", None, False, "no manifest.json"),
        ("manifest.json", becomes(b"["), False, "manifest.json is damaged"),
        ("manifest.json", becomes(b'{"schema_version": 1, "files": []}'), False, "manifest.json is damaged"),
        ("manifest.json", version_2, False, "schema version 2, and this umeta reads 1; update umeta"),
    ],
)
def test_a_changed_archive_is_refused_with_the_reason(
    ending: str, change: Change | None, fitting: bool, why: str, archive: Path, home: Home, tmp_path: Path
):
    files = files_of(archive)
    if change is None:
        files = {name: data for name, data in files.items() if not name.endswith(ending)}
    else:
        files = changed(files, ending, change)
    refused(store(files, tmp_path / "changed.zip", fitting=fitting), home, why)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("!!python/object/apply:os.system ['touch /tmp/umeta-was-here']", "the tag .* means nothing here"),
        ("title: nothing else", "study.yaml"),
    ],
)
def test_a_study_that_is_none_is_refused(text: str, why: str, archive: Path, home: Home, tmp_path: Path):
    files = {**files_of(archive), "study.yaml": text.encode()}
    refused(store(files, tmp_path / "study.zip"), home, why)
    assert not Path("/tmp/umeta-was-here").exists()


def test_an_archive_without_a_run_is_refused(archive: Path, home: Home, tmp_path: Path):
    only = {name: data for name, data in files_of(archive).items() if name == "manifest.json"}
    refused(store(only, tmp_path / "empty.zip"), home, "there is no run in it")


def test_a_forger_who_seals_anew_is_found_out_by_what_does_not_fit(
    archive: Path, finished: RunDirectory, home: Home, tmp_path: Path
):
    files, owner = files_of(archive), finished.run_id
    forged = changed(files, "result.json", lambda data: better(data, owner=owner))
    refused(store(forged, tmp_path / "better.zip"), home, "the answers of run .* are not those of its rows")
    for name in ("config.json", "result.json"):
        files = changed(files, name, lambda data, name=name: of_another_config(data, name=name, owner=owner))
        refused(
            store(files, tmp_path / "config.zip"), home, "other versions of its methods .* or was changed"
        )


def test_a_run_under_the_name_of_another_is_refused(
    archive: Path, finished: RunDirectory, home: Home, tmp_path: Path
):
    files = {name.replace(finished.run_id, "glyphs-other"): data for name, data in files_of(archive).items()}
    refused(store(files, tmp_path / "renamed.zip"), home, "is of .*, not of 'glyphs-other'")


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt", "runs/../../outside.txt", "/etc/outside", "C:\\outside", "runs\\x\\config.json",
        "runs/x/../config.json", "runs/x/run.log", "runs/x/checkpoints/CACTUs.safetensors", "runs/.x/config.json",
        "runs/x/config.json\x00.txt", "runs/x/", "products/learners/x/weights.safetensors",
        "runs/x/test_tasks/a.safetensors",
    ],
)  # fmt: skip
def test_a_name_that_no_export_has_is_refused(name: str, archive: Path, home: Home, tmp_path: Path):
    changed_archive = tmp_path / "names.zip"
    files = files_of(archive)
    with zipfile.ZipFile(changed_archive, "w") as stored:
        for member, data in files.items():
            stored.writestr(member, data)
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        stored.writestr(entry, b"x")
    refused(changed_archive, home, "in it is no file of an export|a link, a folder|manifest.json is damaged")
    assert not (tmp_path / "outside.txt").exists()


@pytest.mark.parametrize(("mode", "flags"), [(0o120777, 0), (0o040755, 0), (0o020666, 0), (0o100644, 1)])
def test_links_folders_devices_and_encrypted_files_are_refused(
    mode: int, flags: int, archive: Path, finished: RunDirectory, home: Home, tmp_path: Path
):
    changed_archive = tmp_path / "modes.zip"
    with zipfile.ZipFile(changed_archive, "w") as stored:
        for member, data in files_of(archive).items():
            entry = zipfile.ZipInfo(member)
            entry.external_attr = (mode if member.endswith("config.json") else 0o100644) << 16
            stored.writestr(entry, b"/etc/passwd" if member.endswith("config.json") else data)
    if flags:
        data = bytearray(changed_archive.read_bytes())
        place = data.rindex(b"PK\x01\x02")
        data[place + 8] |= flags
        changed_archive.write_bytes(data)
    refused(changed_archive, home, "in it is a link, a folder, or encrypted")


def test_a_file_that_says_it_is_ten_gigabytes_is_refused_before_it_is_unpacked(
    archive: Path, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    data = bytearray(archive.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 24, 4_000_000_000)
    large = tmp_path / "large.zip"
    large.write_bytes(data)
    refused(large, home, "would be 4,000 MB, and at most 268 MB are read")
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    refused(archive, home, "it would take 0.0 GB, and at most 0.0 GB are read")


def test_a_truncated_archive_and_what_is_none_are_refused(archive: Path, home: Home, tmp_path: Path):
    data = archive.read_bytes()
    for number, content in enumerate((b"", b"no zip", data[: len(data) // 2], data[:-10], data[50:])):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(content)
        refused(file, home, "is no zip, or damaged")
    refused(tmp_path / "nowhere.zip", home, "nowhere.zip: No such file")
    refused(tmp_path, home, "Is a directory")


def test_bytes_flipped_anywhere_are_refused_or_mean_nothing(
    archive: Path, finished: RunDirectory, home: Home, tmp_path: Path
):
    data, rng = archive.read_bytes(), np.random.default_rng(0)
    for number in range(60):
        place = int(rng.integers(len(data)))
        file = tmp_path / "flipped.zip"
        file.write_bytes(data[:place] + bytes([data[place] ^ (1 << number % 8)]) + data[place + 1 :])
        try:
            (run,) = import_archive(file, home).runs
        except UserError as error:
            assert "\n" not in str(error)  # noqa: PT017
        else:  # in a time or another field that nobody reads
            assert run.result() == finished.result()
            for path in sorted(run.path.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            run.path.rmdir()


def header(data: bytes, change: Callable[[dict], dict]) -> bytes:
    """A safetensors file with another header."""
    (length,) = struct.unpack("<Q", data[:8])
    text = json.dumps(change(json.loads(data[8 : 8 + length]))).encode()
    return struct.pack("<Q", len(text)) + text + data[8 + length :]


def lying(content: dict, **lies: object) -> dict:
    name = next(name for name in content if name != "__metadata__")
    return {**content, name: {**content[name], **lies}}


@pytest.mark.parametrize(
    "lie",
    [
        lambda data: struct.pack("<Q", 2**63) + data[8:],
        lambda data: struct.pack("<Q", len(data) * 2) + data[8:],
        lambda data: header(data, lambda content: lying(content, shape=[10**9, 10**9])),
        lambda data: header(data, lambda content: lying(content, shape=[-1, 5, 5])),
        lambda data: header(data, lambda content: lying(content, data_offsets=[0, 10**12])),
        lambda data: header(data, lambda content: lying(content, data_offsets=[2**64 - 8, 2**64 - 1])),
        lambda data: header(data, lambda content: lying(content, dtype="F999")),
        lambda data: header(data, lambda content: lying(content, dtype="F64")),
        lambda data: header(data, lambda content: {**content, "more": content["__metadata__"]}),
        lambda data: b"\x93NUMPY" + data[6:],
        lambda data: b"\x80\x04cposix\nsystem\n(S'touch /tmp/umeta-was-here'\ntR.",
    ],
)
def test_headers_of_arrays_that_lie_are_refused(
    lie: Callable[[bytes], bytes], archive: Path, home: Home, tmp_path: Path
):
    for ending in ("correct.safetensors", "5way_1shot.safetensors"):
        lied = store(changed(files_of(archive), ending, lie), tmp_path / "lying.zip")
        refused(lied, home, ending)
    assert not Path("/tmp/umeta-was-here").exists()


def test_answers_of_a_later_version_are_refused(
    archive: Path, finished: RunDirectory, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    arrays, about = sealed_files.read_arrays(finished.answers_file, None, remedy="")
    monkeypatch.setattr(sealed_files, "SCHEMA_VERSION", 7)
    write_arrays(tmp_path / "later", arrays, finished.run_id, about)
    monkeypatch.undo()
    later = changed(files_of(archive), "correct.safetensors", lambda data: (tmp_path / "later").read_bytes())
    refused(
        store(later, tmp_path / "later.zip"), home, "schema version 7, and this umeta reads 1; update umeta"
    )


STUDY = """
title: Two seeds
question: Do seeds matter?
common: {dataset: {name: glyphs, n_classes: 60, n_alphabets: 6}, encoder: {name: pca, dim: 16},
         partition: {name: kmeans, n_clusters: 20}}
budgets: {short: {}, paper: {}}
grid: [{seed: [1, 2]}]
"""


def test_a_study_brings_its_own_file(finished: RunDirectory, home: Home, tmp_path: Path):
    (tmp_path / "mine.yaml").write_text(STUDY)
    study = load_study(str(tmp_path / "mine.yaml"))
    there = Home(tmp_path / "there", ())
    runs = [cloned(finished, there, "seed=1"), cloned(finished, there, "seed=2")]
    write_archive(runs, tmp_path / "study.zip", study=study)
    brought = import_archive(tmp_path / "study.zip", home)
    assert {run.run_id for run in brought.runs} == {run.run_id for run in runs}
    assert brought.study is not None
    assert brought.study.read_text() == STUDY
    again = import_archive(tmp_path / "study.zip", home)
    assert (again.study, len(again.left_out)) == (brought.study, 2)
    assert load_study(str(brought.study)).cells == study.cells


def test_names_of_members_are_those_of_runs_and_never_hidden():
    assert layout.MEMBER.fullmatch("runs/glyphs-pca-kmeans-protonets-0123456789/result.json")
    assert not layout.MEMBER.fullmatch("runs/-x/result.json")
    assert os.sep == "/" or layout.MEMBER.fullmatch("runs/x/result.json")
