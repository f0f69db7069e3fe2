"""Any folder of images, or a zip of one; folders of images in it are classes, if there are several."""

from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from umeta.cache import Arrays, Home
from umeta.data.dataset import Attribute
from umeta.data.files.file_tree import FileTree
from umeta.data.files.square_fit import ImageShape
from umeta.data.files.unfinished_products import arrays_in_parts
from umeta.data.sets.beside_images import with_tables
from umeta.data.sets.folder_images import READER_VERSION, read_folder
from umeta.data.sets.folder_layout import ClassFolders
from umeta.data.sets.own_images import OwnImages
from umeta.data.sets.own_items import OwnItems
from umeta.stage import OnStep

MAX_FILE_BYTES = 1 << 26


class Folder(OwnImages):
    """The images of `folder:PATH`; the folder that an image lies in is its class."""

    code_version: ClassVar[int] = 1

    kind: ClassVar[str] = "folder or zip"

    name: str = Field(pattern=r"^folder:.+")
    classes: ClassFolders = "leaf"
    """Whether folders of one name in several places are one class (leaf), several (path), or no classes (none)."""

    def read(self, path: Path, home: Home, *, on_step: OnStep) -> OwnItems:
        """Read the images, from the cache if these very files were read before.

        Raises:
            UserError: the path holds no images, or none that can be read.
        """
        tree = _tree(path)
        made_from: dict[str, Any] = {
            "dataset": "folder",
            "reader_version": READER_VERSION,
            "size": self.size,
            "channels": self.channels,
            "fit": self.fit,
            "classes": self.classes,
            "files": tree.fingerprint(),
        }
        shape = ImageShape(self.size, self.channels, self.fit)
        read = lambda work: read_folder(tree, self.classes, shape, work, on_step)  # noqa: E731
        arrays = arrays_in_parts(home, "images", made_from, read, on_step=on_step)
        if len(arrays["tables"]) == 0:
            return _items(arrays)
        place = PurePosixPath(path.name, str(arrays["root"][0]))
        with tree.opened() as files:
            return with_tables(_items(arrays), place, arrays["tables"].tolist(), files.read)


def _tree(path: Path) -> FileTree:
    return FileTree(path, MAX_FILE_BYTES, "Make it anew, or leave it out.")


def _items(arrays: Arrays) -> OwnItems:
    names, classes = np.unique(arrays["classes"], return_inverse=True)
    unnamed = int(names[:1].tolist() == [""])  # images of no class come first
    return OwnItems(
        images=arrays["images"],
        ids=arrays["ids"].tolist(),
        classes=Attribute((classes - unnamed).astype(np.int32), names[unnamed:].tolist()),
        parts=arrays.get("parts"),
        notes=tuple(arrays["notes"].tolist()),
    )
