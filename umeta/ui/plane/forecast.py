"""The sidebar's own choice on the plane: a forecast before anything is trained, and how far to trust it."""

from typing import Any

import numpy as np
import streamlit as st

from umeta.figures.plane import OwnPoint, signed
from umeta.partitions.audit import Audit
from umeta.plane.forecast import LeftOut, by_dataset, by_encoder, left_out
from umeta.plane.noise_estimate import trust
from umeta.ui.frame import state
from umeta.ui.frame.memory import key_of
from umeta.ui.frame.text import plain
from umeta.ui.plane.overview import OWN, own_point
from umeta.ui.plane.shown_points import ShownPoints
from umeta.ui.shared.on_demand import on_demand
from umeta.wording import counted

VERSION = 1
WORTH_NOTHING = (
    "On images or encoders it does not know the forecast is no better than guessing the mean gain. More would "
    "be told by a short training on a few hundred of these tasks, or by marking a few images, which says how good the "
    "embedding already is."
)


def draw_forecast(shown: ShownPoints) -> None:
    """Draw the forecast for the sidebar's data set, encoder and partition."""
    selection = state.selection()
    st.markdown(
        f"**{plain(selection.dataset)}** → **{plain(selection.encoder)}** → **{plain(selection.partition)}**, as "
        "chosen in the sidebar. No label of these images is read: noise is estimated from where views of images fall."
    )
    _draw_own(shown)
    _draw_trust(shown)


def _draw_own(shown: ShownPoints) -> None:
    from umeta.plane.construction import (
        WithoutLabels,
    )  # these need torch, which the other sections do without
    from umeta.plane.own_partition import forecast, measure_own, own_config

    config = own_config({**state.selection().sections()})

    def measured(on_step: Any) -> dict[str, np.ndarray]:
        found = measure_own(config, state.home(), on_step=on_step)
        return {"measured": np.array([found.diversity, found.n_clusters, found.agreement], float)}

    made_from = {"partition": config.partition.made_from(), "version": VERSION}
    arrays = on_demand("own construction", made_from, "Measuring your tasks without labels", measured)
    if arrays is None:
        return
    diversity, n_clusters, agreement = arrays["measured"].tolist()
    found = WithoutLabels(diversity, int(n_clusters), agreement)
    audit = _own_audit()
    told = forecast(found, shown.plane.points, config.dataset.name, audit)
    if told is None:
        st.info("Too few constructions are made yet to forecast from.", icon=":material/hourglass_empty:")
        return
    own, errors = told
    _keep(config, own.noise, own.diversity, own.gain, own.band)
    drawn = own_point()
    if drawn is not None and drawn.is_found:
        st.subheader(
            f"Your run found {signed(drawn.gain)} points; the forecast was {_interval(own)}.", anchor=False
        )
    else:
        st.subheader(f"Practice on your tasks is forecast to add {_interval(own)}.", anchor=False)
    st.markdown(
        f"About {own.noise:.0%} of their pairs are of different classes ({_by(audit)}), and there are "
        f"{own.diversity:,.0f} different ones. Of the views of images, {found.agreement:.0%} fall into their image's "
        "own cluster." + ("" if errors.is_better else f" **{WORTH_NOTHING}**")
    )
    if drawn is None or not drawn.is_found:
        st.page_link(state.page("train"), label="Train, and see", icon=":material/play_circle:")


def _own_audit() -> Audit | None:
    """Return what the person judged of pairs of this partition on Partitions; None before the first judgement."""
    method = state.selection().partition_method()
    name = f"{state.partition_key(method)} 0"  # as Partitions calls its first partition
    beginning = key_of(state.embedding(), name)
    for key, judged in st.session_state.get("umeta.audits", {}).items():
        if key.startswith(beginning) and judged.answers:
            return judged.score()
    return None


def _by(audit: Audit | None) -> str:
    if audit is None:
        return "estimated"
    return f"estimated, and corrected by {counted(audit.n_same + audit.n_different, 'pair')} that you judged"


def _interval(own: Any) -> str:
    low, high = signed(own.gain - own.band), signed(own.gain + own.band)
    return f"{signed(own.gain)} points [{low}, {high}]"


def _keep(config: Any, noise: float, diversity: float, gain: float, band: float) -> None:
    """Put the point onto the plane, filled if a run has found its gain; draw the page anew if it is not there yet."""
    from umeta.plane.own_partition import found_gain
    from umeta.runs import list_runs
    from umeta.ui.shared.finished_runs import finished_run

    runs = map(finished_run, list_runs(state.home()))
    found = found_gain(config, (run for run in runs if run is not None))
    name = f"{config.partition.name} of {config.encoder.name}"
    point = OwnPoint(
        name, noise, diversity, found[0] if found else gain, 0.0 if found else band, found is not None
    )
    kept = (state.selection(), point)
    if st.session_state.get(OWN) != kept:
        st.session_state[OWN] = kept
        st.rerun()


def _draw_trust(shown: ShownPoints) -> None:
    """Draw how far the forecast and the estimate of noise hold on what they were not fitted on."""
    st.markdown("**How far to trust it**")
    lines = []
    for name, group in (("encoder", by_encoder), ("data set", by_dataset)):
        errors = left_out(shown.plane.points, group)
        lines.append(_left_out_line(name, errors))
    held = trust(shown.plane.points)
    if held is not None:
        lines.append(
            f"Noise without labels, each encoder left out: ρ = {held.estimated.rho:.2f} with the true one, mean error "
            f"{held.mean_error:.3f}. **The trap:** raw agreement of views ranks numbers of clusters within an encoder "
            f"the wrong way round (mean ρ {_signed(held.raw_over_k)} with the noise); over all constructions ρ = "
            f"{_signed(held.raw.rho)}. So it is corrected by k: log precision ≈ a + b · log k + c · log agreement."
        )
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption(
        "Ridge regression of the gain on estimated precision, different pairs, k and agreement, all as logarithms, "
        "fitted on all clusters of the plane, of both data sets. The interval holds 90% of the errors on encoders left "
        "out; for images that are not the plane's, on data sets left out."
    )


def _left_out_line(name: str, errors: LeftOut | None) -> str:
    if errors is None:
        return f"Each {name} left out: too few constructions are made yet."
    verdict = "better than" if errors.is_better else "**no better than**"
    return (
        f"Each {name} left out ({errors.n_groups}): the forecast is off by {100 * errors.model:.1f} points in the "
        f"mean, always guessing the mean gain by {100 * errors.mean:.1f}: {verdict} the mean."
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
