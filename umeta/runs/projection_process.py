"""A projection in a process of its own.

`python -m umeta.runs.projection_process` reads the order on stdin and writes its steps on stdout.

A layout holds Python's lock for a whole iteration: in the app's own process every page would stall as long as it works.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from umeta.cache import Home, write_atomically
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, Step, UserError


class LayoutProcess:
    """A process that lays out one map. Begun before the vectors are there, it imports what it needs meanwhile."""

    def __init__(self, method: str) -> None:
        self.method = method
        command = [sys.executable, "-m", "umeta.runs.projection_process", method]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def lay_out(
        self,
        key: Mapping[str, Any],
        items: np.ndarray,
        *,
        on_step: OnStep,
        snapshot: Path | None = None,
    ) -> None:
        """Make and store the positions of some items of a stored embedding, and wait for it.

        Args:
            key: The embedding's key, by which the process finds it.
            items: The items of the map.
            on_step: Told how far it is.
            snapshot: Where the positions so far are kept, as `snapshot_bytes` writes them, each time in place of the
                last.

        Raises:
            UserError: the projection cannot be made; the process's own words where it has some.
        """
        order = {"items": items.tolist(), "embedding_key": dict(key)}
        order["snapshot"] = None if snapshot is None else str(snapshot)
        problem = "the process ended without a word; the server's log says more"
        with self._process as process:
            stdin, stdout = process.stdin, process.stdout
            if stdin is None or stdout is None:
                raise RuntimeError("both are pipes")
            with suppress(BrokenPipeError):  # it ended already: that is said below
                stdin.write(json.dumps(order))
                stdin.close()
            for line in stdout:
                told = json.loads(line)
                if "problem" in told:
                    problem = told["problem"]
                else:
                    on_step(Step("projection", told["done"], told["total"], note=told["note"]))
        if process.returncode != 0:
            raise UserError(f"{self.method} could not lay the map out: {problem}")

    def give_up(self) -> None:
        """End it: it is not needed."""
        with self._process as process:
            process.kill()


def snapshot_bytes(done: int, positions: Float32[np.ndarray, "n_items 2"]) -> bytes:
    """Return positions on their way as bytes: the units done (int32), then the positions, little-endian."""
    return np.array(done, "<i4").tobytes() + positions.astype("<f4").tobytes()


def main() -> int:
    """Do what the order on stdin says, by the projection that is named, in the home of this environment."""
    from umeta.encoders import Embedding
    from umeta.projections import project
    from umeta.runs import map_positions

    (method,) = sys.argv[1:]
    project(
        numpy_generator(0, Stream.SAMPLE).normal(size=(40, 4)).astype(np.float32), method
    )  # imports it all
    order = json.load(sys.stdin)

    def tell(step: Step) -> None:
        if order["snapshot"] and step.positions is not None:
            write_atomically(Path(order["snapshot"]), snapshot_bytes(step.done, step.positions))
        _write({"done": step.done, "total": step.total, "note": step.note})

    home = Home.from_environment()
    try:
        key = order["embedding_key"]
        vectors = home.arrays("embeddings", key, _missing)["embedding"]
        embedding = Embedding(vectors, np.arange(len(vectors)), key)
        map_positions.positions(embedding, np.array(order["items"]), method, home, on_step=tell)
    except UserError as problem:
        _write({"problem": str(problem)})
        return 1
    return 0


def _missing() -> dict[str, np.ndarray]:
    raise UserError("the embedding is no longer stored; reload the page to make it again.")


def _write(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
