"""Which files of a folder or zip are images: by their names, or where those do not say so by their first bytes."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from umeta.data.files.file_tree import OpenTree
from umeta.data.naming import left_out, name_some, shortened
from umeta.stage import UserError
from umeta.wording import counted

SUFFIXES = (
    ".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm",
    ".jpe", ".jfif", ".mpo", ".apng", ".dib", ".avif",
)  # fmt: skip
_RAW = (
    ".dng",
    ".nef",
    ".cr2",
    ".arw",
    ".orf",
    ".pef",
    ".rw2",
    ".raf",
    ".srw",
    ".nrw",
    ".sr2",
    ".3fr",
    ".iiq",
)
"""Raw files of cameras begin like TIFF, whose picture in them is a small preview."""
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
N_SNIFFED = 16


def is_image_file(name: str) -> bool:
    """Return whether a file's name ends like an image's."""
    return name.lower().endswith(SUFFIXES)


def find_pictures(files: OpenTree) -> tuple[list[str], list[str]]:
    """Return the names of the images, in order, and notes on what is left out and on what has an odd name."""
    odd = [name for name in files.names if not is_image_file(name)]
    by_content = {name for name in odd if _is_image(files, name)}
    others = [name for name in odd if name not in by_content]
    notes = [*files.notes, *left_out(_not_images(others), others)]
    if by_content:
        named = name_some(sorted(by_content))
        notes.append(
            f"{counted(len(by_content), 'image')} read by content, as the name does not end like an image's: {named}."
        )
    return [name for name in files.names if is_image_file(name) or name in by_content], notes


def _is_image(files: OpenTree, name: str) -> bool:
    if name.lower().endswith(_RAW):
        return False
    try:
        begin = files.begin(name, N_SNIFFED)
    except UserError:
        return False
    return begin.startswith(_BEGINNINGS) or (begin[:4] == b"RIFF" and begin[8:12] == b"WEBP")


def _not_images(names: Sequence[str]) -> str:
    """Say that files are no images, with the number of each ending."""
    endings = Counter(PurePosixPath(name).suffix.lower() or "no ending" for name in names)
    listed = [f"{n:,} {shortened(ending)}" for ending, n in endings.most_common()]
    return f"no images by name or content: {name_some(listed)}"
