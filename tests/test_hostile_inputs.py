"""Broken and hostile inputs of every kind that a person can hand in, made by a seeded fuzzer.

Each is taken or refused in one line; nothing is written outside the home, and what was imported before stays. The
everyday suite takes a sample; `python -m pytest -m slow tests/test_hostile_inputs.py` takes over two thousand.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.data.sets.own_pictures import png
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.data.marks_file import read_marks
from umeta.encoders import ENCODERS
from umeta.runs import RunConfig
from umeta.stage import UserError
from umeta.yaml_reading import read_yaml

Generator = np.random.Generator
SAMPLE, ALL = 4, 300
"""Inputs of each kind in the everyday suite, and under `-m slow`."""
MAX_LINE = 4_000
NAMES = (
    "..",
    "../../out",
    "/abs",
    "a\\b",
    "c:\\x",
    "\u202egnp",
    "a\nb",
    "CON",
    "x" * 200,
    "$(rm)",
    "![](http://h/)",
    "é",
)
FORMATS = ("png", "jpeg", "bmp", "gif", "tiff", "webp", "ppm")


def damaged(data: bytes, rng: Generator) -> bytes:
    """Cut bytes off, change some, repeat a piece, or put other bytes in their place."""
    content = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        place = int(rng.integers(0, max(1, len(content))))
        match int(rng.integers(4)):
            case 0:
                del content[place:]
            case 1:
                for _ in range(int(rng.integers(1, 9))):
                    if content:
                        content[int(rng.integers(len(content)))] = int(rng.integers(256))
            case 2:
                content[place:place] = content[place : place + int(rng.integers(1, 64))]
            case _:
                content[place : place + 4] = rng.choice(
                    [b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f"]
                )
    return bytes(content)


def picture(rng: Generator) -> tuple[bytes, str]:
    ending = str(rng.choice(FORMATS))
    stream = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)).save(stream, ending)
    return stream.getvalue(), ending


def broken_pictures(folder: Path, rng: Generator) -> str:
    for label in ("a", "b", "c"):
        (folder / label).mkdir(parents=True)
        for number in range(3):
            data, ending = picture(rng)
            (folder / label / f"{number}.{ending}").write_bytes(damaged(data, rng) if number else data)
    return f"folder:{folder}"


def broken_zip(folder: Path, rng: Generator) -> str:
    folder.mkdir()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(6):
            data, ending = picture(rng)
            with suppress(ValueError):  # a name that no zip can hold
                archive.writestr(f"{rng.choice(NAMES)}/{number % 3}/{number}.{ending}", data)
    is_damaged = rng.random() < 0.6
    (folder / "photos.zip").write_bytes(damaged(stream.getvalue(), rng) if is_damaged else stream.getvalue())
    return f"folder:{folder / 'photos.zip'}"


def strange_names(folder: Path, rng: Generator) -> str:
    for number, name in enumerate(rng.choice(NAMES, 4, replace=False)):
        place = folder / str(name).replace("/", "∕").replace("..", "․․") / "inner"
        place.mkdir(parents=True)
        for item in range(2):
            (place / f"{number}{item}.png").write_bytes(picture(rng)[0])
    return f"folder:{folder}"


def broken_table(folder: Path, rng: Generator) -> str:
    folder.mkdir()
    table = pd.DataFrame(
        {"image": [f"{n}.png" for n in range(8)], "label": list("aabbccdd"), "e0": rng.normal(size=8)}
    )
    ending = str(rng.choice(["csv", "parquet"]))
    file = folder / f"items.{ending}"
    table.to_csv(file, index=False) if ending == "csv" else table.to_parquet(file)
    for name in table["image"]:
        (folder / name).write_bytes(picture(rng)[0])
    file.write_bytes(damaged(file.read_bytes(), rng))
    return f"{rng.choice(['table', 'vectors'])}:{file}"


def broken_arrays(folder: Path, rng: Generator) -> str:
    folder.mkdir()
    file = folder / "images.npz"
    images = rng.integers(0, 256, (8, 9, 9), dtype=np.uint8)
    kinds = {"images": images, "labels": np.arange(8) // 2, "objects": np.array([{}], object)}
    names = ["images", "labels"] if rng.random() < 0.8 else list(kinds)
    np.savez(file, **{name: kinds[name] for name in names})  # type: ignore[arg-type]
    file.write_bytes(damaged(file.read_bytes(), rng))
    return f"{rng.choice(['arrays', 'vectors'])}:{file}"


def load(name: str, home: Home) -> None:
    DATASETS.parse({"name": name, "size": 8}).load(home)


def loaded(make: Callable[[Path, Generator], str]) -> Callable[[Path, Generator, Home], None]:
    return lambda folder, rng, home: load(make(folder, rng), home)


def broken_embeddings(folder: Path, rng: Generator, home: Home) -> None:
    folder.mkdir()
    file = folder / f"vectors.{rng.choice(['npz', 'parquet', 'csv'])}"
    ids, vectors = [str(n) for n in range(6)], rng.normal(size=(6, 3)).astype(np.float32)
    table = pd.DataFrame({"id": ids} | {f"e{k}": vectors[:, k] for k in range(3)})
    if file.suffix == ".npz":
        np.savez(file, ids=np.array(ids), embeddings=vectors)
    else:
        table.to_csv(file, index=False) if file.suffix == ".csv" else table.to_parquet(file)
    file.write_bytes(damaged(file.read_bytes(), rng))
    ENCODERS.parse(f"import:{file}").read()


def broken_yaml(folder: Path, rng: Generator, home: Home) -> None:
    folder.mkdir()
    text = b"dataset: {name: glyphs, n_classes: 60}\nencoder: pca\ntask: {n_way: 5}\nseed: 3\ntest: {n_way: [5, 20]}\n"
    (folder / "run.yaml").write_bytes(damaged(text, rng))
    RunConfig.from_keys((), read_yaml(folder / "run.yaml", "config"))


def broken_words(folder: Path, rng: Generator, home: Home) -> None:
    words = [
        "dataset=glyphs",
        "task.n_way=5",
        "seed=1",
        "test.n_shot=1,5",
        "partition={name: kmeans}",
        "oracle=true",
    ]
    RunConfig.from_keys(
        [damaged(word.encode(), rng).decode("utf-8", "surrogateescape") for word in rng.choice(words, 3)]
    )


def broken_marks(folder: Path, rng: Generator, home: Home) -> None:
    folder.mkdir()
    marks = {"schema_version": 1, "content": "cafe", "classes": {"a": ["1", "2"], "b": ["3", "4"]}}
    if rng.random() < 0.5:
        (folder / "marks.json").write_bytes(damaged(json.dumps(marks).encode(), rng))
        read_marks(folder / "marks.json")
    else:
        (folder / "marks.csv").write_bytes(damaged(b"id,class\n1,a\n2,a\n3,b\n4,b\n", rng))
        read_marks(folder / "marks.csv")


KINDS: dict[str, Callable[[Path, Generator, Home], None]] = {
    "pictures": loaded(broken_pictures),
    "zips": loaded(broken_zip),
    "names": loaded(strange_names),
    "tables": loaded(broken_table),
    "arrays": loaded(broken_arrays),
    "embeddings": broken_embeddings,
    "yaml": broken_yaml,
    "words": broken_words,
    "marks": broken_marks,
}


@pytest.fixture
def good(tmp_path: Path, home: Home) -> Iterator[None]:
    """A set that was imported before: it reads the same afterwards."""
    for number in range(20):
        file = tmp_path / "good" / f"c{number % 5}" / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(number))
    before = DATASETS.parse(f"folder:{tmp_path / 'good'}").load(home).content
    outside = set(tmp_path.parent.iterdir())
    yield
    assert DATASETS.parse(f"folder:{tmp_path / 'good'}").load(home).content == before
    assert set(tmp_path.parent.iterdir()) == outside
    assert {path.name for path in tmp_path.iterdir()} <= {"good", "home", "inputs"}


def take_all(kind: str, count: int, tmp_path: Path, home: Home) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for number in range(count):
        rng = np.random.default_rng([list(KINDS).index(kind), number])
        try:
            KINDS[kind](inputs / str(number), rng, home)
        except UserError as error:
            line = str(error)
            assert line.strip(), f"{kind} {number}"
            assert "\n" not in line, f"{kind} {number}: {line}"
            assert len(line) < MAX_LINE, f"{kind} {number}: {line[:200]}"
        except Exception as error:
            raise AssertionError(f"{kind} {number} ended in {type(error).__name__}: {error}") from error


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_input_is_taken_or_refused_in_a_line(kind: str, good: None, tmp_path: Path, home: Home):
    take_all(kind, SAMPLE, tmp_path, home)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_broken_inputs_are_taken_or_refused_in_a_line(
    kind: str, good: None, tmp_path: Path, home: Home
):
    take_all(kind, ALL, tmp_path, home)
