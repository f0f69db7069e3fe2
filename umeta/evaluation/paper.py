"""The paper's figures, as far as they could be read in a printed source: a reference beside one's own, not a target.

What is missing (MNIST, most of CelebA, most intervals) was found in no such source and is not filled in from memory.
All are on meta_test, means over 1,000 tasks with 5 queries per class; MAML is transductive, ProtoNets is not. The
network, the split of classes and above all the encoders are the authors', so that figures of one's own may differ.

Reference: Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019.
"""

from collections.abc import Iterator
from typing import NamedTuple

from umeta.evaluation.method_id import SOURCE_LABELS, MethodId, MethodKind

SOURCES = {
    "slides": "the paper's main tables, as reprinted in the slides of Khodadadeh, Bölöni, Shah (UMTRA, NeurIPS 2019)",
    "poster": "the authors' poster at ICLR 2019",
}
"""Where a figure was read. An interval was read in the README of the code of C3LR, which reprints it."""


class PaperRow(NamedTuple):
    """One figure of the paper, of the method that it would be here."""

    dataset: str
    method: MethodId
    partition: str | None
    n_partitions: int | None
    """What learners were trained on; None for baselines and oracles, and where it is not known. Neither source prints
    the number: 1 stands for a single partition, the others are those of the authors' scripts."""
    n_way: int
    n_shot: int
    accuracy: float
    """As a fraction."""
    ci95: float | None
    """Half-width of the interval over tasks, as a fraction; None where it was not found in print."""
    source: str
    """A key of `SOURCES`."""


MAIN = {
    ("omniglot", "5/1 5/5 20/1 20/5"): """
        -     scratch                52.50 74.78 24.91 47.62
        bigan nearest-neighbour      49.55 68.06 27.37 46.70
        bigan linear                 48.28 68.72 27.80 45.82
        bigan mlp-stopped-on-queries 40.54 62.56 19.92 40.71
        bigan cluster-matching       43.96 58.62 21.54 31.06
        bigan CACTUs-MAML            58.18 78.66 35.56 58.62
        bigan CACTUs-ProtoNets       54.74 71.69 33.40 50.62
        acai  nearest-neighbour      57.46 81.16 39.73 66.38
        acai  linear                 61.08 81.82 43.20 66.33
        acai  mlp-stopped-on-queries 51.95 77.20 30.65 58.62
        acai  cluster-matching       54.94 71.09 32.19 45.93
        acai  CACTUs-MAML            68.84±.80 87.78±.50 48.09 73.36
        acai  CACTUs-ProtoNets       68.12±.84 83.58±.61 47.75 66.27
        -     oracle-MAML            94.46±.35 98.83±.12 84.60 96.29
        -     oracle-ProtoNets       98.35 99.58 95.31 98.81""",
    ("miniimagenet", "5/1 5/5 5/20 5/50"): """
        -           scratch                27.59 38.48 51.53 59.63
        bigan       nearest-neighbour      25.56 31.10 37.31 43.60
        bigan       linear                 27.08 33.91 44.00 50.41
        bigan       mlp-stopped-on-queries 22.91 29.06 40.06 48.36
        bigan       cluster-matching       24.63 29.49 33.89 36.13
        bigan       CACTUs-MAML            36.24 51.28 61.33 66.91
        bigan       CACTUs-ProtoNets       36.62 50.16 59.56 63.27
        deepcluster nearest-neighbour      28.90 42.25 56.44 63.90
        deepcluster linear                 29.44 39.79 56.19 65.28
        deepcluster mlp-stopped-on-queries 29.03 39.67 52.71 60.95
        deepcluster cluster-matching       22.20 23.50 24.97 26.87
        deepcluster CACTUs-MAML            39.90±.74 53.97±.70 63.84 69.64
        deepcluster CACTUs-ProtoNets       39.18±.71 53.36±.70 61.54 63.55
        -           oracle-MAML            46.81±.77 62.13±.72 71.03 75.54
        -           oracle-ProtoNets       46.56 62.29 70.05 72.04""",
}
POSTER = {
    ("omniglot", "20/1 5/5"): """
        -      random-MAML:random:2400       6.51 25.74
        pixels CACTUs-MAML:kmeans            12.05 40.19
        acai   CACTUs-MAML:hyperplanes:2400  41.86 83.20
        acai   CACTUs-MAML:kmeans:1          45.04 85.60""",
    ("miniimagenet", "5/1 5/50"): """
        deepcluster CACTUs-MAML:hyperplanes  35.85 65.55
        deepcluster CACTUs-MAML:kmeans:1     38.75 67.77""",
    ("celeba", "2/5"): """
        -           scratch                  63.19
        deepcluster nearest-neighbour        61.47
        deepcluster CACTUs-MAML              73.79
        -           oracle-MAML              87.10""",
}
N_PARTITIONS = {"omniglot": 100, "miniimagenet": 50, "celeba": 50}


def paper_rows() -> list[PaperRow]:
    """Return every figure, the main tables first."""
    tables = (("slides", MAIN), ("poster", POSTER))
    return [
        row
        for source, table in tables
        for (dataset, settings), text in table.items()
        for line in text.strip().splitlines()
        for row in _rows(dataset, settings.split(), line.split(), source)
    ]


def _rows(dataset: str, settings: list[str], line: list[str], source: str) -> Iterator[PaperRow]:
    encoder, description, *figures = line
    name, *partition_parts = description.split(":")
    method = _method(name, None if encoder == "-" else encoder)
    if not partition_parts and method.kind is MethodKind.CLUSTERS:
        partition_parts = ["kmeans", str(N_PARTITIONS[dataset])]
    partition, n_partitions = [*partition_parts, None, None][:2]
    for setting, figure in zip(settings, figures, strict=True):
        n_way, n_shot = map(int, setting.split("/"))
        mean, _, half = figure.partition("±")
        yield PaperRow(
            dataset=dataset,
            method=method,
            partition=partition,
            n_partitions=int(n_partitions) if n_partitions else None,
            n_way=n_way,
            n_shot=n_shot,
            accuracy=round(float(mean) / 100, 4),
            ci95=round(float(half) / 100, 4) if half else None,
            source=source,
        )


def _method(name: str, encoder: str | None) -> MethodId:
    """Return the method of a line of the tables above; MAML and training from scratch are transductive there."""
    for kind, source in SOURCE_LABELS.items():
        if name.startswith(f"{source}-"):
            label = name.removeprefix(f"{source}-")
            mode = "running" if label == "ProtoNets" else "transductive"
            return MethodId(kind, label, source, mode, encoder)
    return MethodId(MethodKind.BASELINE, name, None, "transductive" if name == "scratch" else None, encoder)
