"""How long a run will take, told before it starts: from earlier runs here, or from times measured elsewhere."""

from umeta.cache import Home
from umeta.runs import RunConfig, list_runs
from umeta.stage import UserError

SECONDS_PER_IMAGE = {"protonets": 2e-3, "maml": 1.9e-3}
"""Of one training step on two CPU cores at 28 × 28; MAML passes its support once an inner step, second order."""
START, TEST = 6.0, 0.004
"""Seconds to start and embed, and to judge one method on one test task."""


def work_of_step(config: RunConfig) -> int:
    """Return how many images one training step passes through the network."""
    task, learner = config.task, config.learner
    passes = task.n_shot * getattr(learner, "inner_steps", 1) + task.n_query
    return learner.tasks_per_step * task.n_way * passes


def seconds(config: RunConfig, home: Home) -> tuple[float, int]:
    """Return the estimated seconds, and how many earlier runs it rests on (0: on measured times of another machine)."""
    learner = config.learner
    speeds = []
    for run in list_runs(home):
        result = run.result()
        if result is None or result["config"]["learner"]["name"] != learner.name or len(speeds) == 5:
            continue
        try:
            earlier = run.config()
        except UserError:
            continue  # of an earlier version, with options that are gone
        spent = result["seconds"].get("train CACTUs")
        if spent:
            speeds.append(spent / (earlier.learner.iterations * work_of_step(earlier)))
    speed = sorted(speeds)[len(speeds) // 2] if speeds else SECONDS_PER_IMAGE.get(learner.name, 2e-3)
    trainings = 2 if config.oracle else 1
    training = trainings * learner.iterations * work_of_step(config) * speed if learner.iterations else 0.0
    methods = len(config.baselines) + trainings
    return START + training + TEST * config.test.n_tasks * methods * len(config.test.shapes()), len(speeds)


def in_words(config: RunConfig, home: Home) -> str:
    """Say the estimate and what it rests on."""
    spent, runs = seconds(config, home)
    source = (
        f"from {runs} earlier run{'s' if runs > 1 else ''} here" if runs else "from times on two CPU cores"
    )
    said = f"About **{duration(spent)}**, an estimate {source}."
    return f":material/schedule: {said} It goes on when you leave this page."


def duration(spent: float | int) -> str:
    """Return seconds as a person says them."""
    if spent < 90:
        return f"{spent:.0f} s"
    if spent < 90 * 60:
        return f"{spent / 60:.0f} min"
    return f"{spent / 3600:.1f} h"
