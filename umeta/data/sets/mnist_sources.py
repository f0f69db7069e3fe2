"""The official files of MNIST and of Fashion-MNIST: their names, places and published checksums."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class File:
    """One of the four official files, and the checksum published for it."""

    part: Literal["train", "t10k"]
    kind: Literal["images", "labels"]
    md5: str
    megabytes: float

    @property
    def name(self) -> str:
        """The official name without `.gz`."""
        return f"{self.part}-{self.kind}-idx{3 if self.kind == 'images' else 1}-ubyte"


@dataclass(frozen=True)
class Source:
    """One of the two sets that come as such files."""

    title: str
    what: str
    classes: tuple[str, ...]
    source: str
    licence: str
    address: str
    folders: tuple[str, ...]
    files: tuple[File, ...]


def _files(*md5s_and_sizes: tuple[str, float]) -> tuple[File, ...]:
    (a, b, c, d) = md5s_and_sizes
    return (
        File("train", "images", *a),
        File("train", "labels", *b),
        File("t10k", "images", *c),
        File("t10k", "labels", *d),
    )


SOURCES: Mapping[str, Source] = {
    "mnist": Source(
        title="MNIST",
        what="handwritten digits of 10 classes",
        classes=tuple("0123456789"),
        source="LeCun, Cortes, Burges: The MNIST database of handwritten digits, 1998",
        licence="commonly given as CC BY-SA 3.0",
        address="https://ossci-datasets.s3.amazonaws.com/mnist",
        folders=("mnist", "mnist/raw", "MNIST/raw", "MNIST", "mnist/MNIST/raw"),
        files=_files(
            ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9.9),
            ("d53e105ee54ea40749a09fcbcd1e9432", 0.03),
            ("9fb629c4189551a2d022fa330f9573f3", 1.6),
            ("ec29112dd5afa0611ce80d1b7f02629c", 0.01),
        ),
    ),
    "fashion-mnist": Source(
        title="Fashion-MNIST",
        what="photographs of clothes of 10 classes",
        classes=(
            "T-shirt/top",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
        source="Xiao, Rasul, Vollgraf: Fashion-MNIST, 2017; https://github.com/zalandoresearch/fashion-mnist",
        licence="MIT",
        address="https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        folders=(
            "fashion-mnist",
            "fashion-mnist/raw",
            "FashionMNIST/raw",
            "FashionMNIST",
            "fashion-mnist/data/fashion",
        ),
        files=_files(
            ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26.4),
            ("25c81989df183df01b3e8a0aad5dffbe", 0.03),
            ("bef4ecab320f06d8554ea6380940ec79", 4.4),
            ("bb300cfdad3c16e7a12a480ee83cd310", 0.01),
        ),
    ),
}
"""The checksums are those of torchvision's datasets/mnist.py."""
