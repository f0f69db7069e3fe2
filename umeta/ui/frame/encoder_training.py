"""The training of an encoder that a page needs: asked for, watched and stopped where it is missed, and on Train.

It is a process of its own: it goes on when the page is left or the browser is closed.
"""

import io

import streamlit as st
from PIL import Image

from umeta.cache import Home
from umeta.runs.encoder_training import EncoderTraining, TrainingOrder, start_training
from umeta.runs.pace import seconds_left
from umeta.runs.processes import cancel
from umeta.runs.queue import positions
from umeta.runs.status import Status
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import UserError
from umeta.ui.frame import access
from umeta.ui.frame.new_events import events_of
from umeta.ui.frame.text import plain
from umeta.wording import duration

BEGINS_ANEW = "Started again, it begins anew."


def train_first(order: TrainingOrder, embedding_key: dict[str, object], home: Home) -> None:
    """Let a person decide about minutes of training, and show how it goes; the page ends here until it is done."""
    training = EncoderTraining.of(order, embedding_key, home)
    status = training.status()
    if status.may_run:
        st.markdown(
            f"The encoder **{plain(order.encoder.name)}** is being trained on these images; then they are shown "
            "here. It goes on when you leave this page or close the browser."
        )
        draw_running(training)
        st.stop()
    place = st.container()
    if st.button("Train it now", key="train encoder", type="primary", disabled=not access.may_start()):
        try:
            with st.spinner("Starting a process for it …"):
                access.started(lambda: start_training(order, embedding_key, home))
        except (UserError, OSError) as error:
            st.error(plain(error), icon=":material/error:")
            st.stop()
        st.rerun()
    with place:
        if status.state in ("failed", "lost", "cancelled", "damaged"):
            draw_end(status)
        st.info(
            f"The encoder **{plain(order.encoder.name)}** is not trained on these images yet. Training takes "
            "minutes, in a process of its own: it shows how it goes, can be stopped, and what it made is kept.",
            icon=":material/model_training:",
        )
    st.stop()


@st.fragment(run_every=1.0)
def draw_running(training: EncoderTraining) -> None:
    """Draw how far a training is, what time it has left, its picture, and its Stop; run the page anew at its end."""
    status = training.status()
    if not status.may_run:
        st.rerun()
    share = status.done / status.total if status.total else 0.0
    st.progress(min(share, 1.0), text=_progress_text(training, status))
    if st.button(
        "Stop",
        icon=":material/stop:",
        key=f"stop {training.path.name}",
        help="Ends the training. An encoder keeps no checkpoints: started again, it begins anew.",
    ):
        try:
            access.check_own(training, "Stopping a training")
            with st.spinner("Stopping …"):
                cancel(training)
        except UserError as error:
            st.error(plain(error), icon=":material/error:")
        else:
            st.rerun()
    draw_picture(training)


def draw_picture(directory: WorkingDirectory) -> None:
    """Draw the latest picture of an encoder's training, where there is one."""
    try:
        data = directory.picture_file.read_bytes()
        Image.open(io.BytesIO(data)).load()
    except FileNotFoundError:
        return
    except (OSError, ValueError, SyntaxError):  # by which PIL says that a picture is damaged
        st.markdown(f":material/broken_image: {plain(directory.picture_file.name)} cannot be read.")
        return
    st.image(data, width=420, caption="How the encoder's training goes")


def draw_end(status: Status) -> None:
    """Say how a training ended that is not finished, and what becomes of it when it is started again."""
    far = f" at step {status.done:,} of {status.total:,}" if status.total else ""
    if status.state == "damaged":
        st.error(f"{plain(status.message)} {BEGINS_ANEW}", icon=":material/broken_image:")
    elif status.state == "failed":
        st.error(f"The training failed: {plain(status.message)}", icon=":material/error:")
    elif status.state == "lost":
        st.warning(
            f"The training was lost{far}: its process is gone. {BEGINS_ANEW}", icon=":material/warning:"
        )
    else:
        st.warning(f"The training was stopped{far}. {BEGINS_ANEW}", icon=":material/stop_circle:")


def _progress_text(training: EncoderTraining, status: Status) -> str:
    if status.state == "unknown":
        return plain(status.message)
    if status.state == "queued":
        number, n_waiting = positions(Home.from_environment()).get(training.path, (0, 0))
        return (
            f"It waits for its turn: number {number} of {n_waiting} in the queue."
            if number
            else "It begins …"
        )
    if status.state == "frozen":
        return plain(status.message)
    if not status.total:
        return "Its process is starting …"
    left = seconds_left(events_of(training))
    what = status.message or "step"
    time_left = "" if left is None else f" · about {duration(left)} left"
    return f"Encoder, {plain(what)}: {status.done:,} of {status.total:,}{time_left}"
