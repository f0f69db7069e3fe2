"""How time and memory grow: items from 10,000 to 1,000,000, tasks a meta-step from 1 to 64: `umeta bench growth`.

Each measurement is taken in a process of its own, so that its peak of memory is its own: without the pages of
files, which the system takes back when it needs them (`own_mb`), and with them (`peak_mb`). Exponents are of the
seconds of all processors together, in which other work on the machine has little part.

The vectors are of a mixture of 3,000 Gaussians, of 256 numbers, in a file that is mapped. Neighbours are the 15
that maps need, exact for 1,000 items and by the inverted file for all; k-means makes 1,000 clusters (a tenth of
fewer items) in at most 10 passes; sampling draws 1,000 20-way tasks from one partition; the map is the one that
Explore shows first; MAML takes a 5-way step on images of 28 × 28.

`--only map --sizes 10000 100000` takes fewer, `--limit 240` gives up on what takes longer than so many seconds, and
`--record docs/growth.json` adds to what was measured before: documentation and its chart are made of that file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.growing_work import DIM, MAML, OF_ITEMS, measure_here, write_vectors
from umeta.cache import Home
from umeta.figures.growth import Growth, exponent

SIZES, TASKS = (10_000, 31_623, 100_000, 316_228, 1_000_000), (1, 2, 4, 8, 16, 32, 64)

Report = dict[str, Any]


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="growth")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=[*OF_ITEMS, MAML], default=[*OF_ITEMS, MAML])
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--tasks", nargs="+", type=int, default=TASKS)
    parser.add_argument("--limit", type=float, help="seconds after which a measurement is given up")
    parser.add_argument("--record", type=Path, help="a JSON file with earlier measurements, to be added to")
    parser.add_argument("--alone", nargs=3, help=argparse.SUPPRESS)  # a work, its size and the vectors' file
    given = parser.parse_args()
    if given.alone:
        name, size, file = given.alone
        sys.stdout.write(json.dumps(measure_here(name, int(size), Path(file))._asdict()))
        return
    report: Report = {"cpus": os.cpu_count(), "dim": DIM, "cases": []}
    if given.record and given.record.exists():
        report = json.loads(given.record.read_text("utf-8"))
    for name, size, file in points(given.only, given.sizes, given.tasks):
        add(report, name, size, measured(name, size, file, given.limit))
        if given.record:
            given.record.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    sys.stdout.write(json.dumps(report, indent=1) + "\n" if given.json else table(report))


def points(names: list[str], sizes: list[int], tasks: list[int]) -> Iterator[tuple[str, int, Path]]:
    """Yield what is to be measured: a work, a size, and a file of so many vectors while it is needed."""
    of_items = [name for name in names if name in OF_ITEMS]
    with tempfile.TemporaryDirectory(dir=Home.from_environment().root) as folder:
        for size in sizes if of_items else ():
            file = Path(folder) / f"{size}.npy"
            write_vectors(file, size)
            yield from ((name, size, file) for name in of_items)
            file.unlink()
    yield from ((MAML, n_tasks, Path(os.devnull)) for n_tasks in tasks if MAML in names)


def measured(name: str, size: int, file: Path, limit: float | None) -> dict[str, float | str]:
    """Measure in a process of its own; what takes too long has a `skipped` that says so, and no seconds."""
    load = round(os.getloadavg()[0], 1)
    # threads that wait would be counted as working, and keep each other from it where a machine is shared
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--alone", name, str(size), str(file)]
    sys.stderr.write(f"{name} {size:,}\n")
    try:
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, timeout=limit, env=environment
        )
    except subprocess.TimeoutExpired:
        return {"size": size, "skipped": f"not done in {limit:g} s", "load": load}
    return {**json.loads(done.stdout), "load": load}


def add(report: Report, name: str, size: int, point: Mapping[str, float | str]) -> None:
    """Put a measurement into the report, in place of an earlier one of the same work and size."""
    by_name = {case["name"]: case for case in report["cases"]}
    case = by_name.setdefault(
        name, {"name": name, "of": "tasks a step" if name == MAML else "items", "points": []}
    )
    others = [one for one in case["points"] if one["size"] != size]
    case["points"] = sorted([*others, point], key=lambda one: one["size"])
    case["exponent"] = round(exponent(growths(case)), 3)
    report["cases"] = [by_name[key] for key in (*OF_ITEMS, MAML) if key in by_name]


def growths(case: Mapping[str, Any]) -> list[Growth]:
    """Return what was measured of a case, without what was skipped."""
    return [Growth(*(one[key] for key in Growth._fields)) for one in case["points"] if "skipped" not in one]


def table(report: Report) -> str:
    """Return the measurements as lines of text."""
    line = "{:22} {:>12} {:>10} {:>10} {:>10} {:>14}\n".format
    lines = []
    for case in report["cases"]:
        heads = ("seconds", "processor", "own MB", "with files MB")
        lines.append(line(f"{case['name']} ^{case['exponent']:.2f}", case["of"], *heads))
        for one in growths(case):
            times = (f"{one.seconds:.3f}", f"{one.cpu_seconds:.3f}")
            lines.append(line("", f"{one.size:,}", *times, f"{one.own_mb:.0f}", f"{one.peak_mb:.0f}"))
        skipped = [one for one in case["points"] if "skipped" in one]
        lines += [line("", f"{one['size']:,}", one["skipped"], "", "", "") for one in skipped]
    return "".join(lines)


if __name__ == "__main__":
    main()
