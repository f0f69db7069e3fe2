"""Encoders: images → embeddings `(n_items, dim)`. One file per method; `ENCODERS` finds them by name.

An encoder is a frozen config with two pure functions: `fit` learns from meta_train images without labels and
returns its state, a dict of arrays; `encode` applies that state to any images.
"""

from typing import TYPE_CHECKING

from umeta.stage import Registry, lazy_exports

if TYPE_CHECKING:
    from umeta.encoders.embedding import Embedding
    from umeta.encoders.encoder import Encoder, State

ENCODERS = Registry(
    "encoder",
    {
        "pixels": "umeta.encoders.pixels:Pixels",
        "pca": "umeta.encoders.pca:Pca",
        "untrained": "umeta.encoders.untrained:Untrained",
        "acai": "umeta.encoders.acai:Acai",
        "bigan": "umeta.encoders.bigan:BiGan",
        "infogan": "umeta.encoders.infogan:InfoGan",
        "deepcluster": "umeta.encoders.deepcluster:DeepCluster",
        "simclr": "umeta.encoders.simclr:SimClr",
        "mutual-neighbours": "umeta.encoders.mutual_neighbours:MutualNeighbours",
        "pretrained:glyphs": "umeta.encoders.pretrained:Pretrained",
        "adapted:glyphs": "umeta.encoders.adapted:Adapted",
        "vectors": "umeta.encoders.given_vectors:GivenVectors",
        "import": "umeta.encoders.file_encoder:FileEncoder",
        "onnx": "umeta.encoders.onnx_encoder:OnnxEncoder",
    },
    takes_argument=frozenset({"import", "onnx"}),
)

HANDWRITING = ("glyphs", "digits", "omniglot", "mnist")
"""Data sets of drawn letters and digits."""


def encoders_for(*, with_vectors: bool) -> list[str]:
    """Return the names that need no path, for a set whose items came with vectors or without."""
    names = [name for name in ENCODERS.methods if name not in ENCODERS.takes_argument]
    return [name for name in names if with_vectors or name != "vectors"]


def default_encoder(dataset: str, *, with_vectors: bool) -> str:
    """Return the encoder where none is chosen, for a data set by its name.

    The vectors that the items came with; for handwriting what invented letters taught; else principal components.
    """
    if with_vectors:
        return "vectors"
    return "pretrained:glyphs" if dataset in HANDWRITING else "pca"


__getattr__ = lazy_exports(
    __name__,
    {
        "Embedding": "umeta.encoders.embedding",
        "Encoder": "umeta.encoders.encoder",
        "State": "umeta.encoders.encoder",
    },
)

__all__ = ["ENCODERS", "Embedding", "Encoder", "State", "default_encoder", "encoders_for"]
