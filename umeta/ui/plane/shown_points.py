"""The points on the page: those of one study, and which two are pinned."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from umeta.plane.points import Plane, Point
from umeta.ui.frame import links
from umeta.ui.frame.text import code
from umeta.ui.shared.plane_points import STUDIES, loaded_plane
from umeta.wording import counted


@dataclass(frozen=True)
class ShownPoints:
    """The points of one study, by name, and all that there are."""

    study: str
    by_name: Mapping[str, Point]
    plane: Plane

    @property
    def points(self) -> list[Point]:
        """The points, in their order."""
        return list(self.by_name.values())

    def pinned(self) -> dict[str, Point]:
        """Return the two that are pinned, by their letters."""
        return {letter: self.by_name[self._pinned(letter)] for letter in PINS}

    def first(self, letter: str) -> str:
        """Return the name of the point that is pinned before a person pins any: clusters, and true classes."""
        names = list(self.by_name)
        clusters = next((name for name, point in self.by_name.items() if point.made_by == "kmeans"), names[0])
        others = [name for name in names if name != clusters] or names
        return clusters if letter == "A" else "true classes" if "true classes" in others else others[0]

    def pin(self, name: str) -> None:
        """Pin a point; the one that was pinned before stays as the second."""
        before = self._pinned("A")
        if name != before:
            st.session_state[PINS["B"].key] = before
            st.session_state[PINS["A"].key] = name

    def _pinned(self, letter: str) -> str:
        parameter = PINS[letter]
        for name in (st.session_state.get(parameter.key), parameter.read()):
            if name in self.by_name:
                return str(name)
        return self.first(letter)


PINS: Mapping[str, links.Parameter[str | None]] = {"A": links.POINT_A, "B": links.POINT_B}


def pick_points() -> ShownPoints:
    """Draw the choice of the images; the page ends here where no point is made yet."""
    plane = loaded_plane()
    filled = {STUDIES[study]: study for study in STUDIES if plane.of(study)}
    if not filled:
        st.info(
            f"No point of the plane is made yet. {code('umeta study plane')} trains its "
            f"{counted(plane.n_settings.get('plane', 0), 'setting')}, and {code('umeta plane')} measures what is "
            "finished.",
            icon=":material/hourglass_empty:",
        )
        st.stop()
    links.announce_unknown(links.PLANE, filled)
    chosen = st.segmented_control(
        "Images",
        list(filled),
        default=next(iter(filled)),
        required=True,
        key=links.PLANE.key,
        bind="query-params",
        label_visibility="collapsed",
    )
    study = filled[chosen or next(iter(filled))]
    return ShownPoints(study, {point.name: point for point in plane.of(study)}, plane)


def draw_pins(shown: ShownPoints) -> None:
    """Draw the names of the two that are pinned, to choose others by."""
    names = list(shown.by_name)
    for column, (letter, parameter) in zip(st.columns(2), PINS.items(), strict=True):
        links.announce_unknown(parameter, names)
        # The default stands first: a widget whose value is also set by a click must not have another one.
        first = shown.first(letter)
        options = [first, *(name for name in names if name != first)]
        column.selectbox(letter, options, key=parameter.key, bind="query-params")
