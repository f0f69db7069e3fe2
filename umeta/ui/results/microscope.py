"""Inside a learner: one task gradient step by gradient step, and the learner beside its own encoder."""

from typing import Any

import streamlit as st

from umeta.data import Dataset
from umeta.results.contenders import Contender
from umeta.results.reload import config_of, tasks_of
from umeta.stage import UserError
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.results.overview import picture
from umeta.ui.results.paired_differences import pick_method
from umeta.ui.results.result_set import Shown
from umeta.ui.results.task_by_task import draw_agreement, images_of, pick_task
from umeta.ui.shared.charts import draw_chart

STEPPERS = ("maml", "fomaml", "anil")
ONE, MANY = "this task", "mean of 50 tasks"
N_MANY = 50
MOST_ITEMS = 1000
"""Images of the test split on which representations are compared."""


def draw_inside(shown: Shown) -> None:
    """Draw the microscope for a learner of choice, and that learner beside its own encoder."""
    learners = [one for one in shown.here if one.kind != "baseline" and _is_at_hand(one)]
    if not learners:
        st.info(
            "This opens learners that were trained here: a run of MAML on the Train page shows what each gradient "
            "step does. These results are precomputed and come without weights; those of the demo have them.",
            icon=":material/info:",
        )
        return
    first = next((k for k, one in enumerate(learners) if _steps(one) and one.kind != "oracle"), 0)
    one = pick_method(learners, "Learner", "inside", first)
    dataset = images_of(one)
    if dataset is None:
        return
    try:
        if _steps(one):
            _microscope(one, dataset)
        else:
            st.info(
                "The microscope follows gradient steps, which this learner does not take; choose a MAML for it.",
                icon=":material/info:",
            )
        if one.kind == "CACTUs":
            _beside_encoder(one, shown, dataset)
    except UserError as error:
        st.info(str(error), icon=":material/info:")


def _is_at_hand(one: Contender) -> bool:
    from umeta.results.trained_products import comes_with_learner

    return not one.run.precomputed or comes_with_learner(one.run)


def _steps(one: Contender) -> bool:
    return one.run.result["config"]["learner"]["name"] in STEPPERS


def _microscope(one: Contender, dataset: Dataset) -> None:
    from umeta.figures.microscope import inner_loop

    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = pick_task(one.row["n_tasks"], 0)
        what = st.segmented_control(
            "Curves of", (ONE, MANY), default=ONE, required=True, key="curves", bind="query-params"
        )
    many = what == MANY
    views = remember(
        "inner loops",
        one.run.run_id,
        one.name,
        one.setting,
        "many" if many else number,
        label="Following gradient steps",
        make=lambda step: _inner_loops(one, dataset, number, many=many, on_step=step),
    )
    draw_chart(inner_loop(views), key="microscope", picture=picture())
    st.markdown(
        "**How to read it.** Fresh weights learn the support as well. Meta-training helped if the solid line after it "
        "ends higher on the queries than the one before it, or gets there in fewer steps. Where the dotted line, the "
        "last layer alone, comes as far as the solid one, it has found good features rather than fast adaptation."
    )


def _inner_loops(one: Contender, dataset: Dataset, number: int, *, many: bool, on_step: Any) -> Any:

    from umeta.device import pick_device
    from umeta.evaluation import inner_loops
    from umeta.results.trained_products import learner_of

    config = config_of(one.run)
    kept = learner_of(one.run, dataset, state.home(), true_classes=_on_true_classes(one))
    tasks = tasks_of(one.run, one.row, dataset).tasks
    return inner_loops(
        config.learner,
        kept,
        dataset.images.tensor(),
        tasks[: min(N_MANY, one.row["n_tasks"])] if many else tasks[number : number + 1],
        seed=config.seed,
        device=pick_device(config.device),
        batch_norm="transductive" if one.transductive else "support",
        on_step=on_step,
    )


def _on_true_classes(one: Contender) -> bool:
    """Say whether it is the oracle beside the run's learner; of a run on true classes the learner itself is."""
    return one.kind == "oracle" and one.run.result["config"]["partition"]["name"] != "oracle"


def _beside_encoder(one: Contender, shown: Shown, dataset: Dataset) -> None:
    """Say who is right where, the learner or the nearest neighbour in its own embedding, and how alike they see."""
    encoder = one.run.result["config"]["encoder"]
    own = [
        other
        for other in shown.here
        if other.row["method"] == "nearest-neighbour" and other.run.result["config"]["encoder"] == encoder
    ]
    st.markdown(f"##### Beside its own encoder, {encoder['name']}")
    if own and own[0].correct is not None and one.correct is not None:
        draw_agreement(one, own[0])
    key = f"{one.run.run_id} {one.row['method']}"
    if not st.button("Compare what they see", key="compare", help="Embeds images of the test split by both."):
        return
    before, after = remember(
        "alike", key, label="Embedding images by the learner", make=lambda step: _alike(one, dataset, step)
    )
    st.markdown(
        f"How alike the learner sees the images as its encoder does: **{after:.2f}** after meta-training, {before:.2f} "
        "before it. (Linear CKA, without bias, on images of the test split: 1 is the same up to a rotation, 0 is "
        "unrelated.) A learner that only copied its encoder would come near 1."
    )


def _alike(one: Contender, dataset: Dataset, on_step: Any) -> tuple[float, float]:

    from umeta.device import pick_device
    from umeta.evaluation import learner_features, linear_cka
    from umeta.learners.training import new_state
    from umeta.results.trained_products import embedding_of, learner_of

    config = config_of(one.run)
    device = pick_device(config.device)
    items = dataset.items(config.test.split)
    items = items[:: -(-len(items) // MOST_ITEMS)]
    images = dataset.images.take(items).tensor()
    embedding = embedding_of(one.run, dataset, state.home()).of(items)
    trained = learner_of(one.run, dataset, state.home(), true_classes=_on_true_classes(one))
    fresh = new_state(config.learner, dataset.images, config.task.n_way, seed=config.seed, device=device)
    alike = [
        linear_cka(
            embedding, learner_features(config.learner, weights, images, device=device, on_step=on_step)
        )
        for weights in (fresh, trained)
    ]
    return alike[0], alike[1]
