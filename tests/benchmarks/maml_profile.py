"""Where the time of a MAML step goes, and what keeps it from the arithmetic limit: `umeta bench maml_profile`.

The limit is the time that the multiplications of all convolutions would take at the pace of this device's fastest large
matrix product or convolution.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch._C._profiler import _ExperimentalConfig
from torch.profiler import profile

from tests.benchmarks.maml import CASES, QUERIES, SHOTS
from umeta.backbones import Conv4, maml_conv4
from umeta.learners.maml import Maml

FAMILIES = {
    "convolutions forwards": ("mkldnn_convolution", "cudnn_convolution", "_conv_depthwise2d", "slow_conv2d"),
    "convolutions backwards": ("convolution_backward",),
    "batch norm": ("batch_norm",),
    "pooling": ("max_pool", "gather"),
    "layouts and copies": ("copy_", "clone", "contiguous", "cat"),
    "head and loss": ("bmm", "softmax", "nll_loss", "aten::mm", "baddbmm"),
    "optimiser": ("fused_adam",),
    "one value at a time": (
        "threshold",
        "relu",
        "clamp",
        "add",
        "mul",
        "sub",
        "div",
        "sum",
        "mean",
        "fill",
        "zero",
    ),
}
"""Parts of the names of torch's operators, the first that fits; Python and what is left is "other"."""
REPEATS = 5


def main() -> None:
    """Profile one case, print the shares, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="maml_profile")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--case", choices=CASES, default="20-way")
    parser.add_argument("--device", type=torch.device, default=torch.device("cpu"))
    given = parser.parse_args()
    n_way, n_tasks, item_shape = CASES[given.case]
    learner, generator = Maml(), torch.Generator().manual_seed(0)
    state = learner.init(item_shape, n_way, generator=generator, device=given.device)
    support, query = (
        torch.randint(0, 256, (n_tasks, n_way, n, *item_shape), dtype=torch.uint8).to(given.device)
        for n in (SHOTS, QUERIES)
    )
    seconds = clock(lambda: learner.step(state, support, query))
    every_thread = _ExperimentalConfig(profile_all_threads=True)
    activities = list(torch.profiler.supported_activities())
    with profile(activities=activities, experimental_config=every_thread) as profiler:
        learner.step(state, support, query)
    work = multiplications(maml_conv4(item_shape, learner.n_filters, n_way), item_shape, learner.inner_steps)
    limit = 2 * n_tasks * n_way * work / fastest_rate(given.device)
    report = {
        "case": given.case,
        "device": str(given.device),
        "threads": torch.get_num_threads(),
        "seconds": seconds,
        "limit": limit,
        "shares": shares(profiler, given.device),
    }
    text = "".join(f"{share:6.1%}  {name}\n" for name, share in report["shares"].items())
    line = f"{seconds:.4f} s a step, {limit:.4f} s of multiplications at the fastest pace\n"
    sys.stdout.write(json.dumps(report, indent=1) + "\n" if given.json else line + text)


def shares(profiler: profile, device: torch.device) -> dict[str, float]:
    """Return the share of each family of operators in the time of the device."""
    on_gpu = device.type == "cuda"
    seconds = dict.fromkeys([*FAMILIES, "other"], 0.0)
    for event in profiler.key_averages():
        fits = (family for family, parts in FAMILIES.items() if any(part in event.key for part in parts))
        own = event.self_device_time_total if on_gpu else event.self_cpu_time_total
        if not on_gpu or event.key.startswith("aten::") or "fused_adam" in event.key:
            seconds[next(fits, "other")] += own
    total = sum(seconds.values()) or 1.0
    return {family: round(own / total, 4) for family, own in seconds.items()}


def multiplications(network: Conv4, item_shape: tuple[int, int, int], steps: int) -> int:
    """Return how many the convolutions of a step need for each class of a task.

    A pass forwards, or to the kernels, or to the input costs the same. Support passes each once for the gradient and
    twice for its derivative along a direction, queries once; the images never change and get no gradient.
    """
    channels, height, width = item_shape
    total = 0
    for block in range(4):
        height, width = (height, width) if network.pooled else ((height + 1) // 2, (width + 1) // 2)
        one = 9 * channels * network.n_filters * height * width
        total += one * (SHOTS * steps * (9 if block else 4) + QUERIES * (3 if block else 2))
        channels = network.n_filters
        height, width = (height // 2, width // 2) if network.pooled else (height, width)
    return total


def fastest_rate(device: torch.device) -> float:
    """Return the operations a second of the faster of a large matrix product and a large convolution."""
    square = torch.rand(1024, 1024, device=device)
    images = torch.rand(32, 64, 28, 28, device=device).contiguous(memory_format=torch.channels_last)
    kernels = torch.rand(64, 64, 3, 3, device=device)
    product = 2 * 1024**3 / clock(lambda: square @ square)
    convolution = 2 * images.numel() * 64 * 9 / clock(lambda: torch.conv2d(images, kernels, padding=1))
    return max(product, convolution)


def clock(work: Callable[[], object]) -> float:
    """Return the median seconds after a warm-up."""
    times = []
    for _ in range(REPEATS + 2):
        start = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times[2:])


if __name__ == "__main__":
    main()
