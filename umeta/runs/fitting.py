"""A run's config fitted to its data set: defaults that the set cannot bear are changed, given options are not.

What was given in vain is told all at once, each option with a value that fits.
"""

from umeta.data import Dataset
from umeta.runs.config import SECTIONS, RunConfig
from umeta.runs.fit_test import fit_test
from umeta.runs.fit_training import fit_training
from umeta.runs.misfits import Fitted, Misfit, refusal, typed
from umeta.stage import Method

__all__ = ["Misfit", "fit", "fit_note", "misfits"]


def misfits(config: RunConfig, dataset: Dataset) -> list[Misfit]:
    """Return every option that was given and that the data set cannot bear, each with a value that fits."""
    return list(_examined(config, dataset).misfits)


def fit(config: RunConfig, dataset: Dataset) -> RunConfig:
    """Return the config with every default replaced that the data set cannot bear, and open ones filled in.

    What was given stays as it is. A config whose defaults fit keeps them all.

    Raises:
        UserError: options that were given do not fit; all of them are told, with values that do.
    """
    examined = _examined(config, dataset)
    if examined.misfits:
        raise refusal(examined.misfits, dataset)
    return examined.config


def fit_note(before: RunConfig, after: RunConfig) -> str:
    """Return in one line which defaults were changed to fit the images; empty where none was."""
    changes = "; ".join(_changes(before, after))
    return f"Defaults fitted to the images: {changes}" if changes else ""


def _examined(config: RunConfig, dataset: Dataset) -> Fitted:
    fitted = fit_training(Fitted(config), dataset)
    fitted = _fit_methods(fitted, dataset)
    return fit_test(fitted, dataset)


def _fit_methods(fitted: Fitted, dataset: Dataset) -> Fitted:
    """Fit the options that each method says itself that the images cannot bear."""
    config, n_items = fitted.config, len(dataset.items("meta_train"))
    item_shape = dataset.images.item_shape
    for section in SECTIONS:
        method, told = _fitted_method(getattr(config, section), section, n_items, item_shape)
        is_used = section != "partition" or (
            config.learner.iterations > 0 and config.source.name == "partition"
        )
        if is_used:
            fitted = fitted.with_sections(**{section: method}).with_misfits(*told)
    baselines = []
    for baseline in config.baselines:
        method, told = _fitted_method(baseline, f"baselines {baseline.label}", n_items, item_shape)
        baselines.append(method)
        fitted = fitted.with_misfits(*told)
    return fitted.with_sections(baselines=tuple(baselines))


def _fitted_method(
    method: Method, where: str, n_items: int, item_shape: tuple[int, ...]
) -> tuple[Method, list[Misfit]]:
    told = []
    for key, suitable in method.unfit_options(n_items, item_shape).items():
        if key in method.model_fields_set:
            told.append(Misfit(f"{where}.{key}", getattr(method, key), suitable.value, suitable.reason))
        else:
            method = method.with_defaults(**{key: suitable.value})
    return method, told


def _changes(before: RunConfig, after: RunConfig) -> list[str]:
    """Return each option that was fitted, as typed, with what it was before."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return [
        f"{section}.{key}={typed(value)} instead of {typed(old[section].get(key))}"
        for section, options in new.items()
        if isinstance(options, dict) and section != "dataset"
        for key, value in options.items()
        if value != old[section].get(key) and old[section].get(key) is not None
    ]
