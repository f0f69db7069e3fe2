import torch

from umeta.backbones.sobel import Sobel


def test_sobel_filters_see_slopes_of_brightness_and_nothing_else():
    ramp = torch.arange(5.0).expand(4, 5)[None, None]
    across, down = Sobel(1)(ramp)[0]
    assert across[:, 1:-1].unique().tolist() == [-8]  # 4 × the difference over two pixels, darker to the left
    assert down.abs().max() == 0
    colour = torch.rand(2, 3, 6, 6)
    assert Sobel(3)(colour).shape == (2, 2, 6, 6)
    torch.testing.assert_close(Sobel(3)(colour + 0.3), Sobel(3)(colour), atol=1e-5, rtol=0)
