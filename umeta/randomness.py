"""Every stream of random numbers by name, and the generator of a seed, a stream and a step.

A method with a `seed` option draws from that seed alone: it makes its own generator, by
`numpy_generator(self.seed, …)`, and takes none from its caller, so that a library user and a run get the same numbers.
Encoders and partition strategies do so; one of them without such an option has the seed 0. What draws by the run's
seed, learners and baselines, takes a generator from the caller. What goes on after an interruption names the step too,
instead of drawing on from one generator.

Streams that one seed feeds side by side have different numbers. What they share else:

* numpy pads short seeds with zeros, so that a stream's step 0 gives what the stream without a step would give: a stream
  has steps always or never;
* streams without a number, and number 0, all give what the bare seed gives;
* streams of different owners share small numbers, such as 1 for `GLYPH_ALPHABET` and `ENCODER`. So do `ENCODER` and
  `ENCODER_WEIGHTS`, and `ENCODER_STEP` and `BASELINE`, for equal seeds.
"""

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


class Stream(Enum):
    """A use of random numbers: its number (None for the bare seed), and what it draws."""

    GLYPH_HANDS = 0, "the hands of the drawers of invented letters"
    GLYPH_ALPHABET = 1, "the characters of an invented alphabet; the step is the alphabet"
    GLYPH_DRAWING = 2, "the drawings of an invented character; the step is the character"
    CLASS_SPLIT = (
        None,
        "which classes are meta_train, meta_val and meta_test; the seed is `dataset.split_seed`",
    )
    ITEM_SPLIT = None, "which items are meta_train, meta_val and meta_test; the seed is `dataset.split_seed`"

    ENCODER = 1, "the seed of an encoder's training, or of its solver; the seed is the encoder's option"
    ENCODER_WEIGHTS = (
        1,
        "the weights that an encoder's networks start from; its seed, and those below, is ENCODER's",
    )
    ENCODER_ORDER = 2, "the order of the images in a pass of an encoder's training; the step is the pass"
    ENCODER_STEP = 3, "the augmentations, codes and mixtures of a step of an encoder's training"
    ENCODER_PICTURE = 4, "what an encoder's live picture shows"
    DEEPCLUSTER_HEAD = 5, "the last layer of a round of DeepCluster; the step is the round"
    DEEPCLUSTER_CLUSTERS = 6, "the seed of the k-means of a round of DeepCluster; the step is the round"

    MUTUAL_NEIGHBOURS = (
        7,
        "the seed of a round on mutual neighbours; the step is the round, the seed the encoder's option",
    )
    MILD_VIEWS = 8, "the views whose mean an image becomes; the step is the view, the seed is 0"

    PARTITION = (
        20,
        "the scalings and the seeds of a strategy's clusterings; the seed is the strategy's option",
    )

    LEARNER_WEIGHTS = 21, "the weights that a learner starts from; the seed is the run's"
    LEARNER_TASKS = (
        22,
        "the tasks of fifty steps of meta-training; the seed is the run's, the step the fifty's number",
    )
    LABEL_NOISE = (
        23,
        "which assignments of a partition are wrong; the seed is the source's option, the step the partition",
    )
    DRAWN_CLUSTERS = (
        24,
        "which clusters of a partition tasks are drawn from; the seed is the source's option, the step the partition",
    )
    VIEWS = None, "the random views of one augmented task; the seed is drawn with the task"

    BASELINE = 3, "what a baseline draws to learn from meta_train; the seed is the run's"
    BASELINE_CLASSIFIER = (
        None,
        "the seeds of the networks that a baseline trains on tasks; the seed is the run's",
    )
    MLP = None, "the weights and the dropout of the MLP; its seed is BASELINE_CLASSIFIER's"
    SCRATCH = (
        None,
        "the weights that a task starts from; the seed is BASELINE_CLASSIFIER's and the support's sum",
    )

    TEST_TASKS = (
        None,
        "the saved test tasks; the steps are n_way, n_shot and n_query, the seed is `test.seed`",
    )
    SAMPLE = None, "the items, pairs or tasks that a figure is estimated from where all would take too long"

    START_TASK = None, "the task that the start page follows; the seed is its number"
    SHOWN_TASK = 7, "a task of the page of tasks; the seed is its number"
    GUESS_ORDER = 11, "the order in which queries are guessed; the seed is the number of the task"

    def __init__(self, number: int | None, draws: str):
        self.number, self.draws = number, draws


def numpy_generator(seed: int, stream: Stream, *steps: int) -> np.random.Generator:
    """Return the numpy generator of a seed, a stream and, where it has any, its steps."""
    return np.random.default_rng(_entropy(seed, stream, steps))


def torch_generator(seed: int, stream: Stream, *steps: int) -> "torch.Generator":
    """Return the torch generator of a seed, a stream and, where it has any, its steps.

    It is on the CPU, whatever the device, so that every device starts from the same numbers.
    """
    import torch

    if stream.number is None and not steps:
        return torch.Generator().manual_seed(seed)
    state = np.random.SeedSequence(_entropy(seed, stream, steps)).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0] >> 1))  # torch takes seeds below 2^63


def drawn_seed(seed: int, stream: Stream, *steps: int, below: int = 2**62) -> int:
    """Return the first whole number that a stream draws, as the seed of something else."""
    return int(numpy_generator(seed, stream, *steps).integers(below))


def _entropy(seed: int, stream: Stream, steps: tuple[int, ...]) -> list[int]:
    return [seed, *([] if stream.number is None else [stream.number]), *steps]
