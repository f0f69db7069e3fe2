"""Updates of a learner as a CUDA graph: a thousand small kernels that one call launches.

An update of MAML launches its kernels one by one from Python, which takes a GPU ten times as long as they compute.
"""

from collections.abc import Callable

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from umeta.backbones.optimizers import Adam
from umeta.device_memory import give_back_memory, is_out_of_memory
from umeta.learners.learner import LearnerState
from umeta.learners.running_statistics import PLAIN_MEAN_STEPS

WARM_UP = 3
"""Updates before one is recorded, in which the libraries choose their kernels and the optimiser makes its moments."""

Images = UInt8[Tensor, "n_tasks n_way _ channels height width"]
Update = Callable[[LearnerState, Images, Images], Float[Tensor, " n_values"]]
"""Changes a state in place by support and query images; waits for no device, and always launches the same kernels."""


def adam(weights: dict[str, Tensor], lr: float) -> Adam:
    """Return Adam over these weights, on CUDA such that its steps can be recorded."""
    device = next(iter(weights.values())).device
    if device.type != "cuda":
        return Adam(weights.values(), lr=lr, fused=True)
    step_size = torch.tensor(lr, dtype=torch.float32, device=device)  # also for weights in double precision
    return Adam(weights.values(), lr=step_size, fused=True, capturable=True)


def run_update(update: Update, state: LearnerState, support: Images, query: Images) -> list[float]:
    """Update a state and return the values of the update: at once, or on CUDA as recorded in the first steps."""
    if support.device.type != "cuda":
        return update(state, support, query).tolist()
    while True:
        if state.recorded is None or not state.recorded.fits(update, support, query):
            state.recorded = RecordedUpdate(update, support, query)
        try:
            values = state.recorded(state, support, query)
            return values.tolist()  # the one moment in which the GPU is waited for
        except (MemoryError, RuntimeError) as error:
            n_at_once = min(len(support), state.tasks_at_once or len(support))
            if n_at_once == 1 or not is_out_of_memory(error) or not state.recorded.is_being_recorded:
                raise
            state.tasks_at_once = n_at_once // 2  # a record has changed nothing before it is replayed
        state.recorded = None
        give_back_memory()


class RecordedUpdate:
    """An update for images of one shape: run as it is a few times, then recorded, then replayed."""

    def __init__(self, update: Update, support: Images, query: Images):
        self._update = update
        self._support, self._query = torch.empty_like(support), torch.empty_like(query)
        self._stream = torch.cuda.Stream()  # the default stream cannot be recorded
        self._graph: torch.cuda.CUDAGraph | None = None
        self._values = torch.empty(0)
        self._n_run = 0
        self.is_being_recorded = False

    def fits(self, update: Update, support: Images, query: Images) -> bool:
        """Return whether it is this learner's update, and for images of such shapes."""
        shapes = support.shape, query.shape
        return update == self._update and shapes == (self._support.shape, self._query.shape)

    def __call__(self, state: LearnerState, support: Images, query: Images) -> Tensor:
        """Update the state by these images."""
        self._support.copy_(support)
        self._query.copy_(query)
        if self._n_run < WARM_UP or state.step < PLAIN_MEAN_STEPS:
            self._n_run += 1
            return self._run(state)
        if self._graph is None:
            self._graph = self._record(state)
        self._graph.replay()
        return self._values

    def _run(self, state: LearnerState) -> Tensor:
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            values = self._update(state, self._support, self._query)
        torch.cuda.current_stream().wait_stream(self._stream)
        return values

    def _record(self, state: LearnerState) -> torch.cuda.CUDAGraph:
        self.is_being_recorded = True
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=self._stream):  # launches nothing
            self._values = self._update(state, self._support, self._query)
        self.is_being_recorded = False
        return graph
