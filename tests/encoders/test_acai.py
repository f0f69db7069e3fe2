import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.encoders.neural import CPU, bars, fit
from umeta.encoders.acai import Acai, Shape, _Training, critic_loss, critic_score, pad
from umeta.stage import Step, UserError


class Brightness(nn.Module):
    """A critic whose output map is the image."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images


def test_the_score_is_the_mean_of_the_critics_map():
    images = torch.tensor([[[[0.0, 1.0]]], [[[0.5, 0.7]]]])
    assert critic_score(Brightness(), images).tolist() == pytest.approx([0.5, 0.6])


def test_the_critics_targets_are_the_share_mixed_in_and_0_for_what_is_not_interpolated():
    blended, real, mix = torch.tensor([0.1, 0.4]), torch.tensor([0.3, 0.0]), torch.tensor([0.5, 0.4])
    # squares (0.1 − 0.5)² and 0, then 0.3² and 0
    assert critic_loss(blended, mix, real).item() == pytest.approx((0.16 + 0) / 2 + (0.09 + 0) / 2)


def test_each_network_goes_down_its_own_loss_alone():
    """One pass of the critic serves both losses, with the gradients that a pass for each would have."""
    shape = Shape(channels=1, n_scales=1, depth=2, latent_channels=2)
    images = torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(1))

    def training() -> _Training:
        return _Training(
            Acai(critic_weight=0.7), shape, torch.Generator().manual_seed(2), torch.device("cpu")
        )

    ours, plain = training(), training()
    ours.update(images, torch.Generator().manual_seed(3), 0.0)
    alpha = torch.rand(6, generator=torch.Generator().manual_seed(3)) / 2
    latent = plain.autoencoder.encoder(images)
    reconstruction = plain.autoencoder.decoder(latent)
    blend = plain.autoencoder.decoder(torch.lerp(latent, latent.roll(1, 0), alpha[:, None, None, None]))
    loss = F.mse_loss(reconstruction, images) + 0.7 * critic_score(plain.critic, blend).square().mean()
    real = torch.lerp(reconstruction.detach(), images, 0.2)
    scores = critic_score(plain.critic, blend.detach()), critic_score(plain.critic, real)
    error = critic_loss(scores[0], alpha, scores[1])
    networks = (ours.autoencoder, plain.autoencoder, loss), (ours.critic, plain.critic, error)
    for network, reference, figure in networks:
        expected = torch.autograd.grad(figure, list(reference.parameters()), retain_graph=True)
        for weight, gradient in zip(network.parameters(), expected, strict=True):
            assert weight.grad is not None
            torch.testing.assert_close(weight.grad, gradient)


def test_without_a_critic_the_loss_is_the_reconstruction_error():
    steps: list[Step] = []
    fit(Acai(depth=2, steps=3, batch_size=8, critic_weight=0), bars(), on_step=steps.append)
    assert all(step.values["loss"] == step.values["reconstruction"] for step in steps)
    steps.clear()
    fit(Acai(depth=2, steps=3, batch_size=8, critic_weight=0.5), bars(), on_step=steps.append)
    assert all(step.values["loss"] > step.values["reconstruction"] for step in steps)


@pytest.mark.parametrize(("side", "dim"), [(28, 256), (84, 576), (32, 256), (6, 576), (7, 256)])
def test_the_latent_map_has_16_channels_and_4_to_6_cells_a_side(side, dim):
    images, encoder = bars(4, side=side), Acai(depth=1, steps=1)
    assert encoder.encode(fit(encoder, images), images, device=CPU).shape == (4, dim)


def test_a_dim_that_is_no_multiple_of_the_map_is_refused_with_the_nearest_that_is():
    images, encoder = bars(4, side=28), Acai(dim=64, depth=1, steps=1)
    assert encoder.encode(fit(encoder, images), images, device=CPU).shape == (4, 64)
    with pytest.raises(
        UserError, match="encoder.dim=100 is no multiple of the 16 cells .*; use encoder.dim=96"
    ):
        fit(Acai(dim=100), images)


def test_padding_repeats_the_edges():
    image = torch.arange(6.0).reshape(1, 1, 2, 3)
    assert pad(image, Shape(1, 2, 1, 1))[0, 0].tolist() == [
        [0, 1, 2, 2], [0, 1, 2, 2], [3, 4, 5, 5], [3, 4, 5, 5],
    ]  # fmt: skip
    same = torch.rand(1, 1, 8, 8)
    assert (pad(same, Shape(1, 3, 1, 1)) == same).all()


def test_the_picture_shows_originals_first_then_reconstructions_that_come_to_look_like_them():
    images, pictures = bars(16), []

    def keep(step: Step) -> None:
        if step.picture is not None:
            pictures.append(step.picture.astype(int))

    fit(Acai(depth=2, steps=80, lr=1e-2, critic_weight=0), images, on_step=keep)
    first, last = pictures[0], pictures[-1]
    assert first.shape == (5 * 17 - 1, 8 * 17 - 1)
    originals = [tile.tolist() for tile in images.images[:, 0]]
    assert last[:16, :16].tolist() in originals
    error = [np.abs(picture[:16] - picture[17:33]).mean() for picture in (first, last)]
    assert error[1] < 0.7 * error[0]
