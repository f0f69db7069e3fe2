"""Where the studies of Train run: on this machine, or handed to an engine that can be reached from it."""

import shutil
from dataclasses import dataclass
from importlib.util import find_spec

import streamlit as st

from umeta.cache import Home
from umeta.stage import UserError
from umeta.studies.directory import StudyOrder
from umeta.studies.engines import LOCAL, RAY
from umeta.studies.processes import launch_study
from umeta.studies.resources import Resources, profile_names, read_profile
from umeta.studies.study import load_study
from umeta.studies.submission import submit_study
from umeta.ui.frame import access
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import plain

TITLES = {LOCAL: "This machine", "slurm": "SLURM", "ray": "Ray"}
NO_PROFILE = "one core a cell"


@dataclass(frozen=True)
class StudyEngine:
    """An engine, and the saved profile of what a cell gets there."""

    on: str = LOCAL
    """As `--on` of `umeta study` names it."""
    profile: str = ""

    @property
    def is_here(self) -> bool:
        """Whether the cells run on this machine."""
        return self.on == LOCAL

    def start(self, order: StudyOrder, home: Home) -> None:
        """Start a study here, or hand those of its cells to the engine that nobody has.

        Raises:
            UserError: the engine does not answer or refuses, or no address was given.
        """
        if self.is_here:
            launch_study(order, home)
            return
        if self.on == RAY:
            raise UserError(f"Give the cluster's address, {RAY}HOST:PORT.")
        resources = read_profile(self.profile, home, {}) if self.profile else Resources()
        order = order.model_copy(update={"device": resources.device})
        study = load_study(order.study, order.budget, device=resources.device)
        submit_study(study, order, self.on, resources, home)


def draw_engine(home: Home) -> StudyEngine:
    """Draw the choice of an engine; nothing where there is none but this machine, or visitors may not choose."""
    engines = [LOCAL, *_reachable()]
    if len(engines) == 1 or not access.is_full():
        return StudyEngine()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        engine = st.segmented_control(
            "Run studies on",
            engines,
            default=LOCAL,
            format_func=TITLES.__getitem__,
            key="study engine",
            persist_state=KEPT,
            required=True,
            help="Cells are handed over, and go on without this app; this folder has to be seen there: "
            f"{plain(str(home.root))}",
        )
        if engine == LOCAL:
            return StudyEngine()
        address = ""
        if engine == "ray":
            address = st.text_input(
                "Address", key="ray address", persist_state=KEPT, placeholder=f"{RAY}HOST:10001", width=260
            )
        saved = profile_names(home)
        profile = st.selectbox(
            "What a cell gets",
            ["", *saved],
            index=1 + saved.index(engine) if engine in saved else 0,
            format_func=lambda name: f"profile {name}" if name else NO_PROFILE,
            key=f"profile of {engine}",
            persist_state=KEPT,
            width=220,
            help=f"Profiles are saved by `umeta study … --on {engine} --save-profile NAME`.",
        )
    return StudyEngine(engine if engine == "slurm" else _ray_address(address), profile)


def _ray_address(typed: str) -> str:
    """Return an address with its scheme, whether it was typed with it or not."""
    return RAY + typed.strip().removeprefix(RAY)


def _reachable() -> list[str]:
    slurm = ["slurm"] if shutil.which("sbatch") else []
    return [*slurm, "ray"] if find_spec("ray") else slurm
