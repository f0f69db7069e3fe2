"""Where the trainings that lessons replay are kept, and after which training steps they were looked at."""

from pathlib import Path

PROTONETS_FILE = Path(__file__).with_name("protonets_training.safetensors")
PROTONETS_STEPS = (0, 3, 10, 30, 100, 300)

MAML_FILE = Path(__file__).with_name("maml_training.safetensors")
MAML_STEPS = (0, 100, 300, 1000, 2000)
MAML_TASKS = 24
"""Test tasks that were watched."""
GRADIENT_STEPS = 5
"""On the examples of each of them."""
