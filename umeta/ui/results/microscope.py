"""Inside a learner: one task gradient step by gradient step, and the learner beside its own encoder."""

from typing import Any

import streamlit as st

from umeta.data import Dataset
from umeta.evaluation.method_id import MethodKind
from umeta.results.contenders import Contender
from umeta.results.headline import PLAIN_BASELINE
from umeta.results.reload import comes_with_learner, config_of, embedding_of, learner_of, tasks_of
from umeta.stage import OnStep, UserError
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import plain
from umeta.ui.results.cells import method_text, results_cell
from umeta.ui.results.opened_task import images_of, pick_task
from umeta.ui.results.overview import picture
from umeta.ui.results.paired_differences import pick_method
from umeta.ui.results.result_set import ResultSet
from umeta.ui.results.task_by_task import draw_agreement
from umeta.ui.shared.charts import draw_chart

STEPPERS = ("maml", "fomaml", "anil")
THIS_TASK, MEAN = "this task", "mean of 50 tasks"
N_MEAN_TASKS = 50
MAX_ITEMS = 1000
"""Images of the test split on which representations are compared."""
_IMPORTS = """\
from umeta.cache import Home
from umeta.device import pick_device
from umeta.evaluation import inner_loops
from umeta.figures.microscope import inner_loop
from umeta.results.reload import config_of, dataset_of, learner_of, tasks_of
from umeta.tasks.gathering import gatherable
"""
_FIGURE = """\
home, learner = Home.from_environment(), {learner}
config, dataset = config_of(learner.run), dataset_of(learner.run, home)
views = inner_loops(
    config.learner,
    learner_of(learner.run, dataset, home, true_classes={true_classes}),
    gatherable(dataset.images.images),
    tasks_of(learner.run, learner.row, dataset).tasks[{tasks}],
    seed=config.seed,
    device=pick_device(config.device),
    batch_norm={batch_norm!r},
)
inner_loop(views).figure"""


def draw_inside(results: ResultSet) -> None:
    """Draw the microscope for a learner of choice, and that learner beside its own encoder."""
    learners = [
        contender
        for contender in results.compared
        if not contender.method.is_baseline and _has_weights(contender)
    ]
    if not learners:
        st.info(
            "This opens learners that were trained here: a run of MAML on the Train page shows what each gradient "
            "step does. These results are precomputed and come without weights; those of the demo have them.",
            icon=":material/info:",
        )
        return
    unlabelled = (
        k
        for k, learner in enumerate(learners)
        if _takes_steps(learner) and learner.kind is not MethodKind.ORACLE
    )
    learner = pick_method(learners, "Learner", links.INSIDE, next(unlabelled, 0))
    dataset = images_of(learner)
    if dataset is None:
        return
    try:
        if _takes_steps(learner):
            _draw_microscope(learner, results, dataset)
        else:
            st.info(
                "The microscope follows gradient steps, which this learner does not take; choose a MAML for it.",
                icon=":material/info:",
            )
        if learner.kind is MethodKind.CLUSTERS and not presented():
            _draw_encoder_comparison(learner, results, dataset)
    except UserError as error:
        st.info(plain(error), icon=":material/info:")


def _has_weights(learner: Contender) -> bool:
    return not learner.run.precomputed or comes_with_learner(learner.run)


def _takes_steps(learner: Contender) -> bool:
    return learner.run.result.config["learner"]["name"] in STEPPERS


def _draw_microscope(learner: Contender, results: ResultSet, dataset: Dataset) -> None:
    from umeta.figures.microscope import inner_loop

    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = pick_task(learner.row.n_tasks, 0)
        curves_of = st.segmented_control(
            "Curves of",
            (THIS_TASK, MEAN),
            default=THIS_TASK,
            required=True,
            key=links.CURVES.key,
            bind="query-params",
        )
    mean = curves_of == MEAN
    views = remember(
        "inner loops",
        learner.run.run_id,
        learner.name,
        learner.setting,
        MEAN if mean else number,
        label="Following gradient steps",
        make=lambda step: _inner_loops(learner, dataset, None if mean else number, on_step=step),
    )
    figure = _FIGURE.format(
        learner=method_text(learner.name),
        true_classes=learner.kind is MethodKind.ORACLE,
        tasks=f":{min(N_MEAN_TASKS, learner.row.n_tasks)}" if mean else f"{number}:{number + 1}",
        batch_norm="transductive" if learner.transductive else "support",
    )
    code = results_cell(results, _IMPORTS, figure)
    draw_chart(inner_loop(views), key="microscope", code=code, picture=picture())
    st.markdown(
        "**How to read it.** Fresh weights learn the support as well. Meta-training helped if the solid line after it "
        "ends higher on the queries than the one before it, or gets there in fewer steps. Where the dotted line, the "
        "last layer alone, comes as far as the solid one, it has found good features rather than fast adaptation."
    )


def _inner_loops(learner: Contender, dataset: Dataset, number: int | None, *, on_step: OnStep) -> Any:
    """Return the inner loops of one test task by its number, or of the first tasks for None."""

    from umeta.device import pick_device
    from umeta.evaluation import inner_loops
    from umeta.tasks.gathering import gatherable

    config = config_of(learner.run)
    weights = learner_of(learner.run, dataset, state.home(), true_classes=learner.kind is MethodKind.ORACLE)
    tasks = tasks_of(learner.run, learner.row, dataset).tasks
    n_tasks = min(N_MEAN_TASKS, learner.row.n_tasks)
    return inner_loops(
        config.learner,
        weights,
        gatherable(dataset.images.images),
        tasks[:n_tasks] if number is None else tasks[number : number + 1],
        seed=config.seed,
        device=pick_device(config.device),
        batch_norm="transductive" if learner.transductive else "support",
        on_step=on_step,
    )


def _draw_encoder_comparison(learner: Contender, results: ResultSet, dataset: Dataset) -> None:
    """Draw who is right where, the learner or the nearest neighbour in its own embedding, and how alike they see."""
    encoder = learner.run.result.config["encoder"]
    neighbours = [
        contender
        for contender in results.compared
        if contender.method.name == PLAIN_BASELINE and contender.run.result.config["encoder"] == encoder
    ]
    st.markdown(f"##### Beside its own encoder, {plain(encoder['name'])}")
    if neighbours and neighbours[0].correct is not None and learner.correct is not None:
        draw_agreement(learner, neighbours[0])
    key = f"{learner.run.run_id} {learner.method.name}"
    if not st.button("Compare what they see", key="compare", help="Embeds images of the test split by both."):
        return
    before, after = remember(
        "alike",
        key,
        label="Embedding images by the learner",
        make=lambda step: _likeness(learner, dataset, step),
        asked=True,
    )
    st.markdown(
        f"How alike the learner sees the images as its encoder does: **{after:.2f}** after meta-training, {before:.2f} "
        "before it. (Linear CKA, without bias, on images of the test split: 1 is the same up to a rotation, 0 is "
        "unrelated.) A learner that only copied its encoder would come near 1."
    )


def _likeness(learner: Contender, dataset: Dataset, on_step: OnStep) -> tuple[float, float]:
    """Return the linear CKA of the encoder with the learner before its meta-training, and after it."""

    from umeta.device import pick_device
    from umeta.evaluation import learner_features, linear_cka
    from umeta.learners.training import new_state

    config = config_of(learner.run)
    device = pick_device(config.device)
    items = dataset.items(config.test.split)
    items = items[:: -(-len(items) // MAX_ITEMS)]
    images = dataset.images.take(items).tensor()
    embedding = embedding_of(learner.run, dataset, state.home()).of(items)
    trained = learner_of(learner.run, dataset, state.home(), true_classes=False)
    fresh = new_state(config.learner, dataset.images, config.task.n_way, seed=config.seed, device=device)
    before, after = (
        linear_cka(
            embedding, learner_features(config.learner, weights, images, device=device, on_step=on_step)
        )
        for weights in (fresh, trained)
    )
    return before, after
