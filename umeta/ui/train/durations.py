"""How long a run takes, as a person says it."""

from umeta.cache import Home
from umeta.device import pick_device
from umeta.runs import RunConfig, cost_model
from umeta.runs.queue import waiting
from umeta.runs.slots import slot_names, works_in_slots
from umeta.wording import counted, duration


def estimate_sentence(config: RunConfig, home: Home) -> str:
    """Return how long a run will take, what that estimate rests on, and what it leaves out."""
    seconds, n_runs = cost_model.seconds(config, home)
    basis = f"from {counted(n_runs, 'earlier run')} here" if n_runs else "from times on one CPU core"
    encoder = " Training the encoder comes on top, if it is not trained yet." if config.encoder.trains else ""
    return (
        f":material/schedule: About **{duration(seconds)}**, an estimate {basis}.{encoder} "
        "The run goes on when you leave this page."
    )


def device_sentence(device: str, home: Home) -> str:
    """Return on which device a run will be executed, and what it will wait for before.

    Raises:
        UserError: this machine has no such device.
    """
    name = pick_device(device).type
    told = f"On **{name}**" + (", which is what device=auto takes here" if device == "auto" else "")
    n_waiting = sum(place.device == name for place in waiting(home))
    if not works_in_slots(home).keys() >= set(slot_names(name)):
        return f"{told}."
    others = (
        f"; {counted(n_waiting, 'other')} {'waits' if n_waiting == 1 else 'wait'} before it"
        if n_waiting
        else ""
    )
    return f"{told}, once a slot is free{others}."
