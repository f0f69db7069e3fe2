"""How the weights that come with umeta are made: `python -m umeta.encoders.pretraining FOLDER [DEVICE]`.

Draws a world of invented letters, trains SimCLR on its meta_train images, and writes `glyphs.safetensors` and, beside
it, `glyphs.json`, which says how: the options of both, the command, device and versions, and the weights' hash. No real
letter takes part. On a CPU the same machine gives the same weights; two kinds of device round differently.
"""

import hashlib
import json
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.device import keep_freed_memory, pick_device
from umeta.encoders import ENCODERS, State
from umeta.stage import OnStep, Step, ignore_step

WORLD: Mapping[str, Any] = {
    "name": "glyphs",
    "n_alphabets": 500,
    "n_classes": 10_000,
    "n_drawers": 20,
    "seed": 1,  # seed 0 is the world that people look at
}
RECIPE: Mapping[str, Any] = {
    "name": "simclr",
    "n_filters": 96,
    "n_views": 4,
    "batch_size": 512,
    "lr": 1e-3,
    "steps": 4500,
}


def pretrain(
    world: Mapping[str, Any],
    recipe: Mapping[str, Any],
    home: Home,
    *,
    device: torch.device,
    on_step: OnStep = ignore_step,
) -> tuple[State, dict[str, Any]]:
    """Train an encoder on the meta_train images of a world, and return its weights with a record of how.

    Args:
        world: options of a data set.
        recipe: options of an encoder.
        home: where the images are cached.
        device: where the network is trained.
        on_step: gets each progress event.
    """
    method = DATASETS.parse(world)
    dataset = method.load(home, on_step=on_step)
    encoder = ENCODERS.parse(recipe)
    images = dataset.images.take(dataset.items("meta_train"))
    weights = small(encoder.fit(images, device=device, on_step=on_step))
    record = {
        "dataset": method.model_dump(mode="json"),
        "encoder": encoder.model_dump(mode="json"),
        "images": len(images),
        "item_shape": list(images.item_shape),
        "fingerprint": images.fingerprint,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "sha256": hashlib.sha256(save(weights)).hexdigest(),
    }
    return weights, record


def small(state: State) -> State:
    """Return the weights in half precision, but biases, scales and running averages in full: they are few."""
    return {
        name: array.astype(np.float16, order="C") if array.ndim > 1 else array
        for name, array in state.items()
    }


def write(folder: Path, name: str, weights: State, record: Mapping[str, Any]) -> None:
    """Write the weights and the record of how they were made beside each other."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.safetensors").write_bytes(save(weights))
    (folder / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")


def _tell(step: Step) -> None:
    if step.done == step.total or step.done % 500 == 0:
        numbers = " ".join(f"{name} {value:.3f}" for name, value in step.values.items())
        sys.stderr.write(f"{step.note or step.stage} {step.done}/{step.total} {numbers}\n")


if __name__ == "__main__":
    keep_freed_memory()
    folder, device = Path(sys.argv[1]), pick_device(sys.argv[2] if len(sys.argv) > 2 else "auto")
    weights, record = pretrain(WORLD, RECIPE, Home.from_environment(), device=device, on_step=_tell)
    command = f"python -m umeta.encoders.pretraining {folder} {device.type}"
    write(folder, "glyphs", weights, {"command": command, **record})
