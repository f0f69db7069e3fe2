"""Reading the IDX files of MNIST or Fashion-MNIST, wherever they lie."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from umeta.cache import Arrays, Home
from umeta.data.dataset import in_content_order
from umeta.data.files.idx import SIDE, read_idx
from umeta.data.sets.mnist_sources import File, Source
from umeta.stage import OnStep, Step, UserError


def find_files(source: Source, home: Home) -> dict[File, Path]:
    """Return the first place that holds each file, a compressed one before a plain one."""
    file_paths = {}
    for file in source.files:
        spellings = (file.name, file.name.replace("-idx", ".idx"))
        names = [
            str(Path(folder, spelling + ending))
            for folder in source.folders
            for ending in (".gz", "")
            for spelling in spellings
        ]
        path = next((path for name in names if (path := home.find_data(name)) and path.is_file()), None)
        if path:
            file_paths[file] = path
    return file_paths


def read_files(used: Mapping[File, Path], size: int, name: str, on_step: OnStep) -> Arrays:
    """Read both files of each part into rows of images, ids, classes and whether they are of the training part.

    Raises:
        UserError: a file is damaged, or the images and labels are not of one set.
    """
    images, classes, ids, from_train = [], [], [], []
    for done, part in enumerate(sorted({file.part for file in used}, reverse=True)):
        on_step(Step("dataset", done, 2, note=f"reading {part}"))
        paths = {file.kind: path for file, path in used.items() if file.part == part}
        read = {kind: read_idx(path, kind, remedy(path, name)) for kind, path in paths.items()}
        labels = read["labels"]
        if len(read["images"]) != len(labels):
            raise UserError(
                f"{paths['images']} holds {len(read['images']):,} images, {paths['labels']} {len(labels):,} "
                f"labels; they are not of one set. {remedy(paths['labels'], name)}"
            )
        if len(labels) and labels.max() > 9:
            raise UserError(
                f"{paths['labels']} holds label {labels.max()}; labels are 0 to 9. {remedy(paths['labels'], name)}"
            )
        images.append(_resized(read["images"], size))
        classes.append(labels)
        ids += [f"{part}/{k:05d}" for k in range(len(labels))]
        from_train.append(np.full(len(labels), part == "train"))
    rows = {
        "images": np.concatenate(images)[:, None],
        "ids": np.array(ids),
        "classes": np.concatenate(classes).astype(np.int32),
        "from_train": np.concatenate(from_train),
    }
    on_step(Step("dataset", 2, 2, note="ordering by content"))
    return in_content_order(rows)


def md5_of(path: Path, name: str) -> str:
    """Return the checksum of a file of the set of that name."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "md5").hexdigest()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}. {remedy(path, name)}") from None


def remedy(path: Path, name: str) -> str:
    """Say how to mend a file of the set of that name."""
    return (
        f"Put the official {path.name} in its place, or remove it and run `umeta datasets download {name}`."
    )


def _resized(images: np.ndarray, size: int) -> np.ndarray:
    if size == SIDE:
        return images
    lanczos = Image.Resampling.LANCZOS
    return np.stack([np.asarray(Image.fromarray(image).resize((size, size), lanczos)) for image in images])
