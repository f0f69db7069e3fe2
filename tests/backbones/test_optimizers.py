import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from umeta.backbones.optimizers import SGD, Adam

ROOT = Path(__file__).parents[2]


def end_of(optimizer_class: type[torch.optim.Optimizer], **options) -> torch.Tensor:
    """Return a weight after some steps down a bowl, half of them by an optimizer that took up another's state."""
    weight = torch.tensor([3.0, -2.0], requires_grad=True)
    optimizer = optimizer_class([weight], **options)  # type: ignore[call-arg]  # a class of torch's
    for step in range(6):
        if step == 3:
            state = optimizer.state_dict()
            optimizer = optimizer_class([weight], **options)  # type: ignore[call-arg]
            optimizer.load_state_dict(state)
        optimizer.zero_grad()
        (weight**2).sum().backward()
        optimizer.step()
    return weight.detach()


@pytest.mark.parametrize(
    "options", [{"lr": 0.1}, {"lr": 0.1, "fused": True}, {"lr": 0.1, "betas": (0.5, 0.999)}]
)
def test_adam_steps_as_torchs_does(options):
    assert torch.equal(end_of(Adam, **options), end_of(torch.optim.Adam, **options))


def test_sgd_steps_as_torchs_does():
    options = {"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-3}
    assert torch.equal(end_of(SGD, **options), end_of(torch.optim.SGD, **options))


def test_a_training_imports_no_compiler():
    code = (
        "import sys; from tests.backbones.test_optimizers import SGD, Adam, end_of\n"
        "end_of(Adam, lr=0.1, fused=True), end_of(SGD, lr=0.1)\n"
        "print([name for name in ('torch._dynamo', 'sympy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_every_optimizer_is_one_of_these():
    own = ROOT / "umeta" / "backbones" / "optimizers.py"
    found = [
        (file.name, line)
        for file in (ROOT / "umeta").rglob("*.py")
        if file != own
        for line in re.findall(r"optim\.(?!Optimizer\b)\w+", file.read_text("utf-8"))
    ]
    assert found == []
