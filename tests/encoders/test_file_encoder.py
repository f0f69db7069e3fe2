"""Finished embeddings: every format, matched by id, and every way in which they can be wrong.

Tests umeta.encoders.embedding_file and umeta.encoders.encoder too.
"""

import json
import logging
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from pyarrow import parquet

from umeta.cache import Home
from umeta.data import SPLITS, Attribute, Dataset, DatasetCard, ImageSet
from umeta.encoders import ENCODERS
from umeta.encoders.file_encoder import FileEncoder
from umeta.runs import products
from umeta.stage import UserError

CPU = torch.device("cpu")
N = 30


def dataset() -> Dataset:
    images = np.random.default_rng(0).integers(0, 256, (N, 1, 4, 4)).astype(np.uint8)
    return Dataset(
        ImageSet("toy", images, [f"item{k}" for k in range(N)]),
        Attribute(np.repeat(np.arange(6), 5).astype(np.int32), [f"class {k}" for k in range(6)]),
        np.repeat([0, 1, 2], [20, 5, 5]).astype(np.int8),
        DatasetCard(title="t", what="w", source="s", licence="l", split="by hand"),
    )


IDS = np.array([f"item{k}" for k in range(N)])
VECTORS = np.random.default_rng(1).normal(size=(N, 3)).astype(np.float32)
TRUE_SPLITS = np.array([SPLITS[k] for k in dataset().split_of])


def save_npz(folder: Path, ids: np.ndarray = IDS, vectors: np.ndarray = VECTORS, split=None) -> Path:
    extra = {} if split is None else {"split": split}
    np.savez(folder / "known.npz", ids=ids, embeddings=vectors, **extra)
    return folder / "known.npz"


def save_npy_with_text(folder: Path, ids=IDS, vectors=VECTORS, split=None) -> Path:
    assert split is None
    np.save(folder / "known.npy", vectors)
    (folder / "known.ids.txt").write_text("\n".join(ids) + "\n")
    return folder / "known.npy"


def save_npy_with_json(folder: Path, ids=IDS, vectors=VECTORS, split=None) -> Path:
    np.save(folder / "known.npy", vectors)
    record = list(ids) if split is None else {"ids": list(ids), "split": list(split)}
    (folder / "known.ids.json").write_text(json.dumps(record))
    return folder / "known.npy"


def save_parquet_of_vectors(folder: Path, ids=IDS, vectors=VECTORS, split=None) -> Path:
    columns = {"id": pa.array(list(ids)), "embedding": pa.array([list(map(float, one)) for one in vectors])}
    if split is not None:
        columns["split"] = pa.array(list(split))
    parquet.write_table(pa.table(columns), folder / "known.parquet")
    return folder / "known.parquet"


def save_parquet_of_columns(folder: Path, ids=IDS, vectors=VECTORS, split=None) -> Path:
    columns = {
        "id": pa.array(list(ids)),
        **{f"dim{k}": pa.array(vectors[:, k]) for k in range(vectors.shape[1])},
    }
    if split is not None:
        columns["split"] = pa.array(list(split))
    parquet.write_table(pa.table(columns), folder / "known.parquet")
    return folder / "known.parquet"


FORMATS = [save_npz, save_npy_with_text, save_npy_with_json, save_parquet_of_vectors, save_parquet_of_columns]
WITH_SPLIT = [save for save in FORMATS if save is not save_npy_with_text]


def embed(path: Path, home: Home, data: Dataset | None = None) -> np.ndarray:
    return products.embed(data or dataset(), ENCODERS.parse(f"import:{path}"), home, device=CPU).vectors


def expect(message: str, path: Path, home: Home) -> None:
    with pytest.raises(UserError, match=message) as raised:
        embed(path, home)
    assert "\n" not in str(raised.value)


@pytest.fixture
def own_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", ())


# ---- matched by id -------------------------------------------------------------------------------


@pytest.mark.parametrize("save", FORMATS)
def test_every_format_gives_each_item_its_row_whatever_their_order(
    save, tmp_path: Path, own_home: Home
) -> None:
    order = np.random.default_rng(2).permutation(N)
    found = embed(save(tmp_path, IDS[order], VECTORS[order]), own_home)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, VECTORS)


@pytest.mark.parametrize("save", WITH_SPLIT)
def test_an_embedding_fitted_on_meta_train_alone_is_taken_and_has_no_note(
    save, tmp_path: Path, own_home: Home
) -> None:
    path = save(tmp_path, split=TRUE_SPLITS)
    np.testing.assert_array_equal(embed(path, own_home), VECTORS)
    assert FileEncoder(name=f"import:{path}").note == ""


def test_one_that_does_not_say_what_it_was_fitted_on_is_labelled(
    tmp_path: Path, own_home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    path = save_npz(tmp_path)
    with caplog.at_level(logging.WARNING):
        embed(path, own_home)
    assert "fitted on unknown items" in caplog.text
    assert FileEncoder(name=f"import:{path}").note == "fitted on unknown items"


def test_rows_of_other_items_are_passed_over(tmp_path: Path, own_home: Home) -> None:
    ids, vectors = np.append(IDS, "stranger"), np.vstack([VECTORS, [9, 9, 9]])
    splits = np.append(TRUE_SPLITS, "meta_train")
    np.testing.assert_array_equal(embed(save_npz(tmp_path, ids, vectors, splits), own_home), VECTORS)


def test_ids_may_be_bytes_or_numbers_and_vectors_whole_numbers(tmp_path: Path, own_home: Home) -> None:
    np.testing.assert_array_equal(embed(save_npz(tmp_path, ids=IDS.astype("S")), own_home), VECTORS)
    data = dataset()
    numbered = Dataset(
        ImageSet("toy", data.images.images, [str(k) for k in range(N)]),
        data.classes,
        data.split_of,
        data.card,
    )
    path = save_npz(tmp_path, ids=np.arange(N), vectors=np.arange(3 * N).reshape(N, 3))
    assert embed(path, own_home, numbered)[2].tolist() == [6, 7, 8]


# ---- what identifies it --------------------------------------------------------------------------


def test_the_key_is_the_content_wherever_the_file_lies(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    one, moved = save_npz(tmp_path), save_npz(tmp_path / "elsewhere")
    moved.write_bytes(one.read_bytes())
    keys = [FileEncoder(name=f"import:{path}").made_from() for path in (one, moved)]
    assert keys[0] == keys[1]
    save_npz(tmp_path, vectors=VECTORS + 1)
    assert FileEncoder(name=f"import:{one}").made_from() != keys[0]


def test_changed_files_are_read_again(tmp_path: Path, own_home: Home) -> None:
    path = save_npy_with_text(tmp_path)
    before = embed(path, own_home)
    (tmp_path / "known.ids.txt").write_text("\n".join(IDS[::-1]))
    np.testing.assert_array_equal(embed(path, own_home), before[::-1])


def test_a_relative_path_is_kept_as_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_npz(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert ENCODERS.parse("import:known.npz").path == tmp_path / "known.npz"
    with pytest.raises(UserError, match="encoder='import' is not known. Choose one of: .*import:PATH"):
        ENCODERS.parse("import")


# ---- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("leaked", [2, 7], ids=["meta_test", "both"])
def test_an_embedding_of_another_split_is_refused_with_counts(
    leaked: int, tmp_path: Path, own_home: Home
) -> None:
    splits = TRUE_SPLITS.copy()
    splits[-leaked:] = "meta_train"
    expect(
        rf"{leaked} of the {20 + leaked} items of toy that it was fitted on are not in meta_train under this split, "
        r"e.g. 'item\d+'.*Choose the dataset.split and dataset.split_seed",
        save_npz(tmp_path, split=splits),
        own_home,
    )


def test_ids_that_do_not_match_are_counted_with_examples_of_both(tmp_path: Path, own_home: Home) -> None:
    ids = np.array([f"photo{k}.jpg" for k in range(N)])
    expect(
        r"20 of 20 items of toy have no row, e.g. 'item0', 'item1', 'item2' …; the file's 30 ids are like 'photo0.jpg'",
        save_npz(tmp_path, ids=ids),
        own_home,
    )
    expect(
        r"1 of 30 items of toy have no row, e.g. 'item29'; the file's 29 ids",
        save_npz(tmp_path, ids=IDS[:-1], vectors=VECTORS[:-1]),
        own_home,
    )


def broken(row: int, value: float) -> np.ndarray:
    vectors = VECTORS.copy()
    vectors[row, 1] = value
    return vectors


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vectors": broken(4, np.nan)}, "1 of 30 embeddings hold NaN or infinity, e.g. that of 'item4'"),
        ({"vectors": broken(4, np.inf)}, "1 of 30 embeddings hold NaN or infinity"),
        ({"vectors": VECTORS.astype(np.float64) * 1e300}, "30 of 30 embeddings hold NaN or infinity"),
        ({"vectors": np.ones((N, 3))}, "all 30 embeddings are equal"),
        ({"ids": np.where(IDS == "item5", "item4", IDS)}, "1 ids stand there more than once, e.g. 'item4'"),
        ({"ids": IDS[:-1]}, "29 ids for 30 embeddings; give one id per row"),
        (
            {"vectors": VECTORS[:, 0]},
            r"embeddings of shape \(30,\) and type float32; numbers \(n_items, dim\)",
        ),
        ({"vectors": VECTORS[:, :0]}, r"embeddings of shape \(30, 0\)"),
        ({"vectors": VECTORS.reshape(N, 3, 1)}, r"embeddings of shape \(30, 3, 1\)"),
        ({"vectors": VECTORS.astype(str)}, r"embeddings of shape \(30, 3\) and type <U"),
        ({"vectors": VECTORS.astype(object)}, "holds Python objects, which are never loaded"),
        ({"ids": IDS.astype(object)}, "holds Python objects, which are never loaded"),
        ({"split": TRUE_SPLITS[:5]}, "5 values of `split` for 30 vectors"),
        (
            {"split": np.full(N, "train")},
            "`split` holds 'train'; use meta_train, meta_val, meta_test or none",
        ),
    ],
    ids=[
        "nan",
        "inf",
        "overflow",
        "constant",
        "twice",
        "fewer ids",
        "flat",
        "no dims",
        "3-d",
        "text",
        "objects",
        "object ids",
        "few splits",
        "split",
    ],
)
def test_rows_that_are_not_sound(change: dict, message: str, tmp_path: Path, own_home: Home) -> None:
    expect(message, save_npz(tmp_path, **change), own_home)


def test_a_path_that_cannot_be_followed_is_one_clear_line() -> None:
    with pytest.raises(UserError, match="the path cannot be followed: .*Give another"):
        ENCODERS.parse("import:~nobody-of-that-name/mine.npz")


def test_files_that_cannot_be_read(tmp_path: Path, own_home: Home) -> None:
    expect("there is no file .*nowhere.npz", tmp_path / "nowhere.npz", own_home)
    (tmp_path / "known.json").write_text("[]")
    expect("known.json is not one of .npy, .npz, .csv, .tsv, .parquet", tmp_path / "known.json", own_home)
    for name in ("known.npz", "known.parquet"):
        (tmp_path / name).write_bytes(b"hello")
        expect(rf"{name} \(5 bytes\) cannot be read: .* Save it again", tmp_path / name, own_home)
    whole = save_npz(tmp_path).read_bytes()
    (tmp_path / "known.npz").write_bytes(whole[:-30])
    expect("cannot be read", tmp_path / "known.npz", own_home)
    np.savez(tmp_path / "known.npz", x=VECTORS)
    expect(r"holds the arrays x \(float32 \(30, 3\)\); ids and embeddings", tmp_path / "known.npz", own_home)


def test_an_npy_needs_ids_beside_it(tmp_path: Path, own_home: Home) -> None:
    np.save(tmp_path / "known.npy", VECTORS)
    expect(
        r"known.npy has no ids beside it. Put them into known.ids.txt \(one a line\) or known.ids.json",
        tmp_path / "known.npy",
        own_home,
    )
    for text, message in (
        ("{", "cannot be read"),
        ('{"names": []}', "neither a list of ids nor a mapping"),
        ("3", "neither a list"),
    ):
        (tmp_path / "known.ids.json").write_text(text)
        expect(message, tmp_path / "known.npy", own_home)


def test_a_parquet_without_ids_or_with_uneven_vectors(tmp_path: Path, own_home: Home) -> None:
    path = tmp_path / "known.parquet"
    parquet.write_table(pa.table({"x": pa.array([1.0, 2.0])}), path)
    expect(r"has no column of vectors and no family .*, but x \(decimal numbers\)", path, own_home)
    parquet.write_table(pa.table({"embedding": pa.array([[1.0], [2.0]]), "name": ["a", "b"]}), path)
    expect("has no ids, such as a column `id`. Beside the vectors it holds 'name'", path, own_home)
    parquet.write_table(
        pa.table({"id": pa.array(["a", "b"]), "embedding": pa.array([[1.0], [1.0, 2.0]])}), path
    )
    expect("the vectors have between 1 and 2 dimensions", path, own_home)


@pytest.mark.parametrize("other", ["label", "__index_level_0__", "Unnamed: 0"])
def test_a_column_of_classes_or_an_index_beside_the_dimensions_is_not_used(
    other: str, tmp_path: Path, own_home: Home
) -> None:
    vectors = {f"e{k}": VECTORS[:, k] for k in range(3)}
    columns = {"id": IDS, **vectors, other: dataset().classes.values}
    path = tmp_path / "known.parquet"
    parquet.write_table(pa.table(columns), path)
    np.testing.assert_array_equal(embed(path, own_home), VECTORS)
    noted = "fitted on unknown items" + ("; label in the file not used" if other == "label" else "")
    assert FileEncoder(name=f"import:{path}").note == noted


def test_which_columns_are_meant_is_an_option_and_part_of_what_identifies_it(tmp_path: Path) -> None:
    path = save_parquet_of_columns(tmp_path)
    whole = FileEncoder(name=f"import:{path}")
    part = FileEncoder(name=f"import:{path}", columns="dim1,dim2")
    np.testing.assert_array_equal(part.read().vectors, VECTORS[:, 1:])
    assert whole.made_from() != part.made_from()


def test_the_embedding_of_a_refused_file_is_not_kept(tmp_path: Path, own_home: Home) -> None:
    expect("are not in meta_train", save_npz(tmp_path, split=np.full(N, "meta_train")), own_home)
    assert not (own_home.products / "embeddings").exists()


def test_a_run_takes_it_and_says_when_its_fitting_is_unknown(tmp_path: Path, own_home: Home) -> None:
    from umeta.runs import RunConfig
    from umeta.runs.pipeline import execute

    glyphs = ("dataset=glyphs", "dataset.n_classes=60", "dataset.n_alphabets=6")
    config = RunConfig.from_keys(glyphs)
    data = config.dataset.load(own_home)
    ids = np.array(data.images.ids)
    vectors = np.random.default_rng(0).normal(size=(len(ids), 4))
    path = save_npz(tmp_path, ids=ids, vectors=vectors)
    keys = (
        f"encoder=import:{path}", "learner=none", "baselines=linear", "partition.n_clusters=5", "test.n_tasks=6",
    )  # fmt: skip
    short = (*glyphs, *keys, "device=cpu", "budget=smoke")
    run, result = execute(RunConfig.from_keys(short), own_home)
    assert result.encoder_note == "fitted on unknown items"
    assert run.config().encoder.name == f"import:{path}"
    save_npz(tmp_path, ids=ids, vectors=vectors, split=np.array([SPLITS[k] for k in data.split_of]))
    other, result = execute(RunConfig.from_keys(short), own_home)
    assert other.run_id != run.run_id
    assert result.encoder_note == ""
