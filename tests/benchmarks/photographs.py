"""Photographs of the Grocery Store data set as a person may have them: flat in one folder, or one for each class."""

import random
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from umeta.stage import UserError

ARCHIVE = "grocery/grocery_store_84.zip"
N_FLAT = 3000
N_CLASSES = 20


@dataclass(frozen=True)
class Photographs:
    """A folder of photographs, and what a person sees who looks at them."""

    folder: Path
    class_of: Mapping[str, str]
    """What is on each photograph, by its path in the folder."""


def flat_folder(data_folders: tuple[Path, ...], target: Path) -> Photographs:
    """Lay 3,000 photographs of all classes into a new folder, under names that do not tell what they show.

    Raises:
        UserError: the data set is not here.
    """
    folder, class_of = target / "photographs", dict[str, str]()
    folder.mkdir()
    with zipfile.ZipFile(_archive(data_folders)) as opened:
        for number, name in enumerate(random.Random(0).sample(_photographs_in(opened), N_FLAT)):
            path = PurePosixPath(name)
            file = folder / f"{number:04}{path.suffix}"
            file.write_bytes(opened.read(name))
            class_of[file.name] = path.parent.name
    return Photographs(folder, class_of)


def labelled_folder(data_folders: tuple[Path, ...], target: Path) -> Photographs:
    """Lay the photographs of 20 classes, drawn by chance, into a new folder with one folder for each class.

    Raises:
        UserError: the data set is not here.
    """
    folder, class_of = target / "groceries", dict[str, str]()
    with zipfile.ZipFile(_archive(data_folders)) as opened:
        names = [PurePosixPath(name) for name in _photographs_in(opened)]
        chosen = random.Random(0).sample(sorted({name.parent.name for name in names}), N_CLASSES)
        for name in names:
            label = name.parent.name
            if label in chosen:
                (folder / label).mkdir(parents=True, exist_ok=True)
                (folder / label / name.name).write_bytes(opened.read(str(name)))
                class_of[f"{label}/{name.name}"] = label
    return Photographs(folder, class_of)


def _archive(data_folders: tuple[Path, ...]) -> Path:
    archive = next((path for folder in data_folders if (path := folder / ARCHIVE).exists()), None)
    if archive is None:
        raise UserError(f"{ARCHIVE} is in none of {', '.join(map(str, data_folders))}. Set UMETA_DATA.")
    return archive


def _photographs_in(opened: zipfile.ZipFile) -> list[str]:
    return sorted(name for name in opened.namelist() if name.lower().endswith((".jpg", ".png")))
