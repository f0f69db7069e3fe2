import pytest
import torch
from torch import nn

from umeta.backbones.torch_modules import channels_last, fresh, strided_stack, without_batch_norm

CPU = torch.device("cpu")


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("channels", [1, 3])
def test_images_are_laid_out_as_the_convolutions_work_and_stay_the_same(channels: int):
    images = torch.rand(4, channels, 8, 6, generator=generator())[1:]
    laid_out = channels_last(images)
    assert (laid_out == images).all()
    assert laid_out.stride() == (8 * 6 * channels, 1, 6 * channels, channels)
    network = fresh(lambda: strided_stack((channels, 8, 6), 4, 3), generator=generator(), device=CPU)
    assert network[0](laid_out).is_contiguous(memory_format=torch.channels_last)


def test_norms_become_part_of_convolutions_and_features_stay():
    make = lambda: nn.Sequential(strided_stack((1, 28, 28), 4, 3), nn.BatchNorm1d(3))  # noqa: E731
    network = fresh(make, generator=generator(), device=CPU).train()
    images = torch.rand(50, 1, 28, 28, generator=generator())
    for _ in range(20):
        network(images)
    network.eval()
    folded = without_batch_norm(network)
    kinds = [type(layer) for layer in folded.modules()]
    assert nn.BatchNorm2d not in kinds
    assert nn.BatchNorm1d in kinds
    with torch.inference_mode():
        torch.testing.assert_close(folded(images), network(images))
