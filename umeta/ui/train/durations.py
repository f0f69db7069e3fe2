"""How long a run takes, as a person says it."""

from umeta.cache import Home
from umeta.runs import RunConfig, cost_model
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
