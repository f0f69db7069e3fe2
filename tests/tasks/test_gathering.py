import numpy as np
import torch

from umeta import large_arrays
from umeta.tasks.gathering import gather, gatherable

CPU = torch.device("cpu")


def test_a_tensor_and_a_mapped_array_give_the_same_items(tmp_path, monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (50, 3, 4, 4), np.uint8)
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    in_memory = gatherable(mapped)
    monkeypatch.setattr(large_arrays, "LARGE", 1000)
    on_disk = gatherable(mapped)
    assert isinstance(in_memory, torch.Tensor)
    assert on_disk is mapped
    numbers = np.random.default_rng(1).integers(0, 50, (2, 5, 3))
    gathered = gather(on_disk, numbers, CPU)
    assert gathered.shape == (2, 5, 3, 3, 4, 4)
    assert torch.equal(gathered, gather(in_memory, numbers, CPU))
    assert np.array_equal(gathered.numpy(), images[numbers])
