"""ONNX files: what they say of themselves, and that the weights they name lie beside them. Nothing is run here."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from umeta.data.naming import name_some
from umeta.stage import UserError, content_hash

MAX_BYTES = 2 << 30
"""What the file itself may take, as protobuf has it; larger weights lie in files beside it."""
KEYS = ("size", "mean", "deviation", "order", "layout", "output", "pool", "trained_on", "label_use")
"""What a file may say of the model in its metadata, as the options of the encoder are called."""
Stamp = tuple[str, int, int]
"""The name, size and time of a file: it is read again when one of them changes."""


def stamps_of(path: Path) -> tuple[Stamp, ...]:
    """Return the stamps of an ONNX file and of the weights beside it.

    Raises:
        UserError: it is no ONNX file, or names weights that are missing or outside its folder.
    """
    own = _stamp(path)
    folder = path.resolve().parent
    names = _weight_names(own)
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise UserError(
            f"{path} lacks its weights {name_some(missing)}. Put them beside it, as they were exported."
        )
    return own, *(_stamp(folder / name) for name in names)


@lru_cache(maxsize=4)
def metadata_of(stamp: Stamp) -> dict[str, str]:
    """Return what the file says of its input and its training, by `KEYS`.

    Raises:
        UserError: it is no ONNX file.
    """
    model = _parsed(Path(stamp[0]))
    given = {entry.key.removeprefix("umeta."): entry.value for entry in model.metadata_props}
    given |= {"deviation": given["std"]} if "std" in given and "deviation" not in given else {}
    return {key: given[key] for key in KEYS if key in given}


@lru_cache(maxsize=4)
def content_of(stamps: tuple[Stamp, ...]) -> str:
    """Return the hash of what the files hold, wherever they are."""
    digests = []
    for name, _, _ in stamps:
        with Path(name).open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return content_hash(digests, 32)


def onnx_package() -> Any:
    """Return the package that reads ONNX files.

    Raises:
        UserError: it is not installed.
    """
    try:
        import onnx
        import onnxruntime  # noqa: F401
    except ImportError:
        raise UserError('encoder=onnx:PATH needs the extra `onnx`: pip install "umeta[onnx]".') from None
    return onnx


def _parsed(path: Path) -> Any:
    onnx = onnx_package()
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UserError(
            f"{path} is {size / 1e9:.1f} GB; an ONNX file has at most {MAX_BYTES / 1e9:.1f} GB, and larger weights in "
            "files beside it. Export it so."
        )
    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:  # protobuf's errors have no common base
        raise UserError(f"{path} ({size:,} bytes) is no readable ONNX file: {_line(error)}.") from None
    if not model.graph.node:
        raise UserError(f"{path} ({size:,} bytes) is no readable ONNX file: it holds no network.")
    return model


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return str(path), stat.st_size, stat.st_mtime_ns


@lru_cache(maxsize=4)
def _weight_names(stamp: Stamp) -> list[str]:
    """Return the names of the files of weights that a model names; they must lie in its folder."""
    path = Path(stamp[0])
    folder = path.resolve().parent
    names = sorted({name for tensor in _tensors(_parsed(path)) for name in _locations(tensor)})
    outside = [name for name in names if not (folder / name).resolve().is_relative_to(folder)]
    if outside:
        raise UserError(
            f"{path} names weights outside its folder: {name_some(outside)}. They are not read; put them beside it "
            "and export it so."
        )
    return names


def _locations(tensor: Any) -> Iterator[str]:
    if tensor.data_location == type(tensor).EXTERNAL or tensor.external_data:
        yield from (entry.value for entry in tensor.external_data if entry.key == "location")


def _tensors(model: Any) -> Iterator[Any]:
    """Yield every tensor that a model holds, those of its inner graphs and functions too."""
    graphs = [model.graph]
    graphs += [graph for info in model.training_info for graph in (info.initialization, info.algorithm)]
    nodes = [node for function in model.functions for node in function.node]
    while graphs or nodes:
        if graphs:
            graph = graphs.pop()
            yield from graph.initializer
            for sparse in graph.sparse_initializer:
                yield from (sparse.values, sparse.indices)
            nodes += graph.node
            continue
        for attribute in nodes.pop().attribute:
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)
            graphs += [graph for graph in (attribute.g, *attribute.graphs) if graph.node or graph.initializer]


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
