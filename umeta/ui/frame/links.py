"""Every query parameter of the app, declared once: a page's link holds all that is chosen on it.

    st.number_input("Ways", 2, 50, links.N_WAY.default, key=links.N_WAY.key, bind="query-params")
    links.announce_unknown(links.SECTION, sections)  # before the control is drawn: Streamlit drops unknown values
    links.RUN.write(run.run_id)                      # what no widget holds
    st.page_link(page, label="Results", query_params=links.query({links.RUN: run.run_id}))

The names are those of the command line. A bound widget's key is its parameter's name, so a name means one thing on all
pages. Nothing but this module touches `st.query_params`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import streamlit as st

from umeta.ui.frame.link_values import LARGEST, expected
from umeta.ui.frame.text import cut, plain

T = TypeVar("T", covariant=True)

_LEFT_OUT = "umeta.left out of the link"

PAGES = (
    "start",
    "data",
    "explore",
    "partitions",
    "tasks",
    "label",
    "train",
    "results",
    "plane",
    "learn",
    "draw",
    "system",
)
PRESENTED = ("partitions", "tasks", "results", "learn")
"""Pages that can be shown to a hall."""
MAPS = ("explore", "partitions", "tasks")
TYPES: Mapping[type, str] = {
    bool: "true or false",
    float: "number",
    int: "whole number",
    list: "list",
    str: "text",
}
"""What the documentation calls each type; a list repeats its parameter."""


@dataclass(frozen=True)
class Parameter(Generic[T]):
    """One query parameter.

    Attributes:
        name: Its name in the link. A part in braces stands for a method's name: `split_{dataset}` is a parameter for
            each data set.
        kind: The type of its value.
        default: The value where the link has none; None where that depends on what is at hand.
        pages: The pages that read it.
        meaning: What it chooses, in one sentence.
        least: The least that a number may be.
        most: The most that a number may be.
    """

    name: str
    kind: type
    default: T
    pages: tuple[str, ...]
    meaning: str
    least: int = 0
    most: int = LARGEST

    @property
    def key(self) -> str:
        """The key of the widget that is bound to it."""
        return self.name

    def of(self, method: str) -> "Parameter[T]":
        """Return the parameter for one method, where the name has a part in braces."""
        stem = self.name.partition("{")[0]
        return replace(self, name=f"{stem}{method}")

    def read(self) -> str:
        """Return the text that the link has for it, "" where it has none."""
        return st.query_params.get(self.name, "")

    def read_all(self) -> list[str]:
        """Return every text that the link has for it."""
        return st.query_params.get_all(self.name)

    def write(self, value: object) -> None:
        """Put a value into the link, or take the parameter out for ""; no widget may be bound to it."""
        if value == "":
            self.remove()
        else:
            st.query_params[self.name] = str(value)

    def remove(self) -> None:
        """Take the parameter out of the link; no widget may be bound to it."""
        st.query_params.pop(self.name, None)


DATASET = Parameter(
    "dataset", str, None, PAGES, "The images: a data set, or `folder:PATH` and the like for one's own."
)
SPLIT = Parameter("split_{dataset}", str, None, PAGES, "The split of that data set's classes.")
FITS = ("crop", "pad", "squash")
SIDES = (8, 256)
"""The fewest and the most pixels of a side."""
FIT = Parameter(
    "fit", str, None, PAGES, "How own images that are not square are made so: `crop`, `pad` or `squash`."
)
SIZE = Parameter("size", int, None, PAGES, "Pixels of a side that own images are reduced to.")
ENCODER = Parameter(
    "encoder",
    str,
    "pca",
    PAGES,
    "Images to vectors: an encoder, `import:PATH` for finished vectors, or `onnx:PATH` for an exported model; "
    "by itself `vectors` on a set of vectors and `pretrained:glyphs` on handwriting.",
)
PARTITION = Parameter("partition", str, "kmeans", PAGES, "Vectors to clusters: the strategy of partition A.")
N_CLUSTERS = Parameter(
    "n_clusters",
    int,
    None,
    PAGES,
    "Clusters of partition A; one per 40 images, at most 500, if it is not given.",
    least=2,
)

SECTION = Parameter(
    "section", str, None, ("partitions", "tasks", "results", "plane", "learn"), "The section that is open."
)
PROJECTION = Parameter("projection", str, "t-SNE", MAPS, "How vectors are laid out on the map.")
VIEW = Parameter("view", str, None, MAPS, "The part of the map on screen: the map's name, then its corners.")
IMAGES = Parameter("images", bool, False, MAPS, "Whether the map shows images in place of dots.")
REVEAL = Parameter("reveal", bool, False, MAPS, "Whether true classes are shown.")
FIND = Parameter(
    "find",
    str,
    None,
    ("explore", "partitions"),
    "What is selected, in words: `item 345`, `cluster 12`, on Partitions `cluster 12 of B` too.",
)
LASSO = Parameter(
    "lasso",
    str,
    None,
    ("explore", "partitions"),
    "What is selected, as a polygon: the map's name, then corners.",
)
N_WAY = Parameter("n_way", int, 5, ("partitions", "tasks"), "Classes of one task.", least=2, most=50)
N_SHOT = Parameter(
    "n_shot", int, 1, ("partitions", "tasks"), "Labelled images of each class of a task.", least=1, most=20
)
N_QUERY = Parameter(
    "n_query", int, 5, ("partitions", "tasks"), "Images of each class to be recognised.", least=1, most=20
)

PRESENT = Parameter(
    "present", bool, False, PRESENTED, "Whether the page is shown to a hall: large, and one thing at a time."
)
SLIDE = Parameter(
    "slide",
    int,
    1,
    ("partitions", "tasks", "results"),
    "Which thing of the page a hall sees, from 1.",
    least=1,
)

TRUTH = Parameter("truth", bool, False, ("start",), "Whether the demo shows the true characters.")
DEMO_TASK = Parameter("demo_task", int, 1, ("start",), "The number of the demo's task.", least=1)

COLOUR = Parameter("colour", str, "cluster", ("explore",), "What points are coloured by.")
ALL_SPLITS = Parameter("all_splits", bool, False, ("explore",), "Whether images of every split are shown.")
NEAR = Parameter("near", int, None, ("explore",), "The item whose nearest items are shown.")
SECOND_ENCODER = Parameter(
    "second_encoder", str, None, ("explore",), "The encoder whose nearest items are compared."
)

PARTITION_B = Parameter("partition_b", str, "spherical", ("partitions",), "The strategy of partition B.")
N_CLUSTERS_B = Parameter(
    "n_clusters_b",
    int,
    None,
    ("partitions",),
    "Clusters of partition B; as of A, if it is not given.",
    least=2,
)
N_PARTITIONS_B = Parameter(
    "n_partitions_b", int, 1, ("partitions",), "Partitions that B's strategy makes.", least=1, most=50
)
PARTITION_NUMBER_B = Parameter(
    "partition_number_b",
    int,
    None,
    ("partitions",),
    "Which of them is shown, from 1; the second at first.",
    least=1,
    most=50,
)
SCALING_B = Parameter("scaling_b", bool, True, ("partitions",), "Whether B's further partitions are scaled.")
MARGIN_B = Parameter(
    "margin_b", float, None, ("partitions",), "Images of B nearer than this to a plane are left out."
)
SIDE = Parameter("side", str, "A", ("partitions",), "The partition that the open section is about: A or B.")
N_COMPARED = Parameter(
    "n_compared", int, 5, ("partitions",), "Partitions of one strategy to compare.", least=2, most=50
)
SCALING_COMPARED = Parameter("scaling_compared", bool, True, ("partitions",), "Whether these are scaled.")
ALIKE = Parameter("alike", str, "Rand index", ("partitions",), "How their likeness is measured.")
VARY = Parameter(
    "vary_{strategy}", str, None, ("partitions",), "The setting of that strategy that is varied."
)

TASK = Parameter("task", int, 0, ("tasks",), "The number that the task is drawn from.")
SOURCE = Parameter("source", str, "partition A", ("tasks",), "Where the rows of tasks come from.")
N_PARTITIONS = Parameter("n_partitions", int, 1, ("tasks",), "Partitions that tasks are drawn from.", least=1)
PARTITION_NUMBER = Parameter(
    "partition_number", str, "any", ("tasks",), "Which of them tasks are drawn from, from 1, or any."
)
LABEL_NOISE = Parameter(
    "label_noise",
    float,
    0.0,
    ("tasks",),
    "The share of the images in clusters that exchange their places.",
    most=1,
)
LABEL_NOISE_FORM = Parameter(
    "label_noise_form",
    str,
    "random",
    ("tasks",),
    "How they do: `random`, one by one, or `clustered`, in pieces.",
)
ORDER = Parameter("order", str, None, ("tasks",), "Which tasks are shown first: the hardest, or others.")
SOLVER = Parameter("solver", str, "nearest neighbour", ("tasks",), "Whose answers say how hard a task is.")
PICTURE = Parameter(
    "task_picture", str, None, ("tasks",), "A picture of the task, behind the name of its task."
)
GUESS = Parameter("guess", str, None, ("tasks",), "A person's answers, behind the name of their task.")

LESSON = Parameter("lesson", str, None, ("learn",), "The lesson that is open.")
STEP = Parameter("step", int, 1, ("learn",), "The step of the lesson, from 1, the question.", least=1)
PREDICTION = Parameter(
    "prediction_{lesson}",
    int,
    None,
    ("learn",),
    "The answer that was predicted in that lesson, from 1.",
    least=1,
)
HANDS = Parameter(
    "hands_{lesson}",
    str,
    None,
    ("learn",),
    "How many of a class predicted each answer of that lesson: `12-3-9`.",
)

N_DRAWN = Parameter(
    "n_drawn", int, 5, ("draw",), "Classes that a drawing is told apart from.", least=3, most=10
)
CHARACTERS = Parameter(
    "characters", int, 1, ("draw",), "The number that the examples to start from are drawn from.", least=1
)
STROKES = Parameter(
    "strokes", str, None, ("draw",), "What was drawn: the strokes of the query and of examples."
)
ON_MAP = Parameter("on_map", bool, False, ("draw",), "Whether the drawing is shown on the map.")

RUN = Parameter("run", list, None, ("train", "results"), "The run on show; on Results there may be several.")
STUDY = Parameter("study", str, None, ("results",), "The study whose runs are shown.")
BUDGET = Parameter("budget", str, None, ("results",), "The budget of the study's runs.")
SETTING = Parameter("setting", str, None, ("results",), "The way and shot of the test tasks.")
OVER = Parameter(
    "over",
    str,
    None,
    ("results",),
    "What intervals cover: tasks, classes (images where tasks are of views) or trainings.",
)
PAPER = Parameter("paper", bool, True, ("results",), "Whether the paper's figures are drawn.")
AGAINST = Parameter(
    "against", str, "nearest-neighbour", ("results",), "The method all others are compared with."
)
METHOD_A = Parameter("method_a", str, None, ("results",), "The first of two methods compared task by task.")
METHOD_B = Parameter("method_b", str, None, ("results",), "The second of them.")
RANKED_BY = Parameter("ranked_by", str, None, ("results",), "Which tasks are listed: hard or disputed ones.")
TEST_TASK = Parameter("test_task", int, None, ("results",), "The number of the test task that is open.")
INSIDE = Parameter("inside", str, None, ("results",), "The learner that is looked into.")
CURVES = Parameter("curves", str, None, ("results",), "What its curves are of: one task or many.")
YOURS = Parameter("yours", float, None, ("results",), "An accuracy from elsewhere, in percent, beside ours.")
CLOCK = Parameter("clock", str, None, ("results",), "How cost is counted: in seconds or in CPU seconds.")

PLANE = Parameter("plane", str, None, ("plane",), "The images whose constructions are shown.")
POINT_A = Parameter("point_a", str, None, ("plane",), "The construction that is pinned.")
POINT_B = Parameter("point_b", str, None, ("plane",), "The construction that was pinned before it.")
EXAMPLE = Parameter("example", int, 1, ("plane",), "Which of the tasks kept with a construction.", least=1)
DIAL = Parameter("dial", int, 0, ("plane",), "Where the noise dial is, in per cent.", most=100)
DIAL_FORM = Parameter("dial_form", str, "image by image", ("plane",), "How the dial's errors come.")


def declared() -> dict[str, Parameter[Any]]:
    """Return every parameter by the name of its constant, in the order above."""
    return {name: value for name, value in globals().items() if isinstance(value, Parameter)}


def query(values: Mapping[Parameter[Any], str]) -> dict[str, str]:
    """Return the query of a link to a page, for `st.page_link`."""
    return {parameter.name: value for parameter, value in values.items()}


def announce_unknown(parameter: Parameter[Any], options: Collection[str]) -> None:
    """Draw a warning if the link has a value that a control does not offer; call it before the control is drawn."""
    text = parameter.read()
    if text and text not in options:
        say(f"{parameter.name}={cut(text)!r} is not here. There are: {cut(', '.join(options), 600)}.")


def announce_beyond(parameter: Parameter[Any], most: int) -> None:
    """Draw a warning if the link has a number that is too large here; call it before the control is drawn."""
    text = parameter.read()
    if text and float(text) > most:
        say(f"{parameter.name}={text} is not here. The last one is {most:,}.")


def leave_out_misfits() -> None:
    """Take what no page can read out of the link, say so, and draw the page anew; call it before anything is drawn.

    A widget that is bound to the link would fail on it.
    """
    for message in st.session_state.pop(_LEFT_OUT, ()):
        say(message)
    messages = []
    for name in list(st.query_params):
        parameter = _declared_as(name)
        texts = st.query_params.get_all(name)
        if parameter and (fitting := expected(texts, parameter.kind, parameter.least, parameter.most)):
            messages.append(f"{name}={cut(texts[-1], 40)!r} is left out of the link: it should be {fitting}.")
            st.query_params.pop(name)
    if messages:
        st.session_state[_LEFT_OUT] = messages
        st.rerun()


def _declared_as(name: str) -> Parameter[Any] | None:
    """Return the parameter of a name in the link, None for one that no page reads."""
    for parameter in declared().values():
        stem, brace, _ = parameter.name.partition("{")
        if name == parameter.name or (brace and name.startswith(stem)):
            return parameter
    return None


def say(message: str) -> None:
    """Draw a warning about the link, a text, not Markdown; it is gone at the next rerun, when the link has changed."""
    st.warning(plain(message), icon=":material/link_off:")


def as_markdown() -> str:
    """Return the list of all parameters as a Markdown table."""
    rows = ["| parameter | type | default | page | meaning |", "| --- | --- | --- | --- | --- |"]
    for parameter in declared().values():
        default = "" if parameter.default is None else f"`{str(parameter.default).lower()}`"
        if parameter.kind is str and parameter.default is not None:
            default = f"`{parameter.default}`"
        pages = "every page" if parameter.pages == PAGES else ", ".join(parameter.pages)
        rows.append(
            f"| `{parameter.name}` | {TYPES[parameter.kind]} | {default} | {pages} | {parameter.meaning} |"
        )
    return "\n".join(rows) + "\n"
