"""What the practice was worth, over all test tasks, and what it was computed with."""

import streamlit as st

from umeta.demo import Demo
from umeta.figures.palette import PETROFF, hex_of
from umeta.projections import PROJECTIONS
from umeta.ui.start.pictures import bars_html

ON_LETTERS, ON_GROCERIES, PCA_ON_GROCERIES = 96.4, 27.2, 43.8
"""Percent right of the nearest prototype, 5-way 1-shot, of `pretrained:glyphs` on Omniglot and on photographs of
groceries, and of PCA on these (docs/results.md)."""
DINO_ON_LETTERS = 82.2
"""Of frozen DINOv3 features (ViT-S/16) with a trained layer, on Omniglot's 5-way 1-shot tasks of others; as printed in
table VIII of the extension of uDTW (Wang, Koniusz, "Uncertainty-DTW for Time Series and Sequences")."""
PRACTISED, NOT_PRACTISED, TRUE_LABELS = hex_of(PETROFF[0]), "#b9ac70", "#717581"
"""Colours of the bars."""


def draw_results(demo: Demo) -> None:
    """Show the accuracies over all test tasks, on this map and on one of plain pixels."""
    bars = (
        ("Practised with true labels", TRUE_LABELS, demo.row("oracle")),
        ("This map: no practice, most alike wins", NOT_PRACTISED, demo.row("baseline")),
        ("This map: practised on its clusters", PRACTISED, demo.row("learner")),
        ("Plain pixels: no practice", NOT_PRACTISED, demo.row("baseline", plain=True)),
        ("Plain pixels: practised on clusters", PRACTISED, demo.row("learner", plain=True)),
    )
    learner = demo.row("learner")
    st.html(
        bars_html(
            [(label, colour, row.accuracy, row.ci95) for label, colour, row in bars],
            1 / learner.n_way,
        )
    )
    map_gain = demo.row("baseline").accuracy - demo.row("baseline", plain=True).accuracy
    st.markdown(
        "**Does the practice help?** Starting from plain pixels, yes: "
        f"**{_points(demo.gain(plain=True))}**. That is the idea of CACTUs. On this map, made by a network that had "
        f"already learned which drawings are alike, little is left to win: **{_points(demo.gain())}**. The better "
        f"map is worth more than the practice: **{_points(map_gain)}**."
    )
    st.markdown(
        "**The surprise:** an encoder that saw nothing but invented letters, without a label, finds the right one of "
        f"five **real** letters of Omniglot in **{ON_LETTERS:.0f}%** of cases; a foundation model made from "
        f"photographs (DINOv3, published by others) in {DINO_ON_LETTERS:.0f}%. On photographs of groceries the same "
        f"encoder has {ON_GROCERIES:.0f}%, where plain PCA has {PCA_ON_GROCERIES:.0f}%: it knows strokes, not "
        "colours. What an encoder was taught to see decides more than how much it was taught."
    )
    st.markdown(
        f"Right answers in the same {learner.n_tasks:,} exams of {learner.n_way} new characters with "
        f"{learner.n_shot} example each; the thin line is the 95% interval."
    )


def _points(share: float) -> str:
    return f"{100 * share:+.1f} points".replace("-", "−")


def draw_provenance(demo: Demo) -> None:
    """Say what was computed, and that it was computed beforehand."""
    config, row = demo.about["config"], demo.row("learner")
    st.markdown(
        ":material/inventory_2: **Precomputed results**, shipped with the app: "
        f"{config['dataset']['n_classes']} invented characters × {config['dataset']['n_drawers']} drawers; SimCLR for "
        f"{config['encoder']['steps']} steps, or PCA for plain pixels; {config['partition']['n_clusters']} clusters by "
        f"k-means; ProtoNets for {config['learner']['iterations']} steps; seed {config['seed']} (one training, n = 1); "
        f"{row.n_tasks:,} test tasks of {row.n_way}-way {row.n_shot}-shot. The map is "
        f"{PROJECTIONS[demo.about['projection']].title} of the SimCLR embedding; gaps and distances on it are partly "
        f"invented. {len(demo.exams)} of the tasks are shown here, the most typical first."
    )
    # What shows code and JSON is two megabytes of script, which the browser fetches only for those who ask.
    config_expander = st.expander("The exact config", icon=":material/code:", on_change="rerun")
    if config_expander.open:
        with config_expander:
            st.markdown("The same numbers come from")
            st.code(
                f"{demo.about['command']}\n{demo.about['plain_command']}", language="bash", wrap_lines=True
            )
            st.json(config, expanded=False)
