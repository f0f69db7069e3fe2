"""Run directories made of others, with all that their files say of whose they are."""

import json
import shutil
from pathlib import Path
from typing import Any

from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.launch_record import LAUNCH_FILE
from umeta.sealed_files import read_arrays, read_record, write_arrays, write_record


def rewrite(file: Path, **changes: Any) -> None:
    """Write a record with other values, as what wrote it would have done."""
    content = read_record(file, file.parent.name, remedy="")
    write_record(file, {**(content or {}), **changes}, file.parent.name)


def unsealed(file: Path) -> None:
    """Write a record as versions did that sealed none."""
    file.write_text(json.dumps(read_record(file, file.parent.name, remedy="")))


def cloned(run: RunDirectory, home: Home, *keys: str) -> RunDirectory:
    """Return a run of another config with the files of a run, each sealed as the other's own."""
    config = RunConfig.from_keys(keys, run.config().model_dump())
    clone = RunDirectory(home.runs / config.run_id)
    shutil.copytree(run.path, clone.path)
    config_record = config.model_dump(mode="json")
    of_result = {"run_id": clone.run_id, "config": config_record}
    for name, changes in {
        "status.json": {},
        "spent.json": {},
        LAUNCH_FILE: {},
        "config.json": config_record,
        "result.json": of_result,
    }.items():
        if (content := read_record(run.path / name, run.run_id, remedy="")) is not None:
            write_record(clone.path / name, {**content, **changes}, clone.run_id)
    events = run.events()[0]
    (clone.path / "events.jsonl").unlink()
    for event in events:
        clone.append_event(event)
    for file in (run.answers_file, *run.checkpoints.glob("*.safetensors")):
        if file.exists():
            arrays, about = read_arrays(file, None, remedy="")
            source = file.name.removesuffix(".safetensors").removesuffix(".before")
            owner = clone.run_id if file == run.answers_file else f"{clone.run_id}/{source}"
            write_arrays(clone.path / file.relative_to(run.path), arrays, owner, about)
    return clone
