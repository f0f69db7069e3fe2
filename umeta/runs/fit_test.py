"""The test tasks of a run fitted to the classes of their split, or to its images where they are views."""

from umeta.data import Dataset
from umeta.data.known_classes import class_sizes, has_classes
from umeta.runs.misfits import Fitted, Misfit
from umeta.runs.task_shapes import (
    COUNTS,
    Bears,
    classes_of_split_bear,
    items_bear,
    lowered_given,
    settled,
)
from umeta.runs.testing import setting
from umeta.tasks import TaskConfig


def fit_test(fitted: Fitted, dataset: Dataset) -> Fitted:
    """Fit the shapes of the test tasks to the classes of their split, or to its images where they are views."""
    config, test = fitted.config, fitted.config.test
    of = test.of or ("classes" if has_classes(dataset, test.split) else "views")
    bears = _test_bears(dataset, test.split, of)
    if config.learner.has_head:
        of_classes = bears
        bears = lambda shape: shape.n_way <= config.task.n_way and of_classes(shape)  # noqa: E731
    largest = TaskConfig.model_construct(
        _fields_set=test.model_fields_set & set(COUNTS),
        n_way=max(test.n_way), n_shot=max(test.n_shot), n_query=test.n_query,
    )  # fmt: skip
    shape = settled(largest, bears, bears)
    if shape is None:
        has = _describe(dataset, test.split, of, TaskConfig(n_way=2, n_shot=1, n_query=1))
        return fitted.with_misfits(Misfit("test.of", of, "views" if of == "classes" else None, has))
    values = {
        "n_way": tuple(dict.fromkeys(min(way, shape.n_way) for way in test.n_way)),
        "n_shot": tuple(dict.fromkeys(min(shot, shape.n_shot) for shot in test.n_shot)),
        "n_query": shape.n_query,
    }
    told = [
        Misfit(f"test.{key}", getattr(test, key), values[key], _describe(dataset, test.split, of, shape))
        for key in lowered_given(largest, shape)
    ]
    new_test = test.with_defaults(**values)
    tested = {setting(shape) for shape in new_test.shapes()}
    new_test = new_test.with_defaults(first=tuple(pair for pair in test.first if pair[0] in tested))
    return _check_choices(fitted.with_sections(test=new_test).with_misfits(*told), dataset, of)


def _test_bears(dataset: Dataset, split: str, of: str) -> Bears:
    return classes_of_split_bear(dataset, split) if of == "classes" else items_bear(len(dataset.items(split)))


def _describe(dataset: Dataset, split: str, of: str, shape: TaskConfig) -> str:
    """Return what a split has for tasks of a shape."""
    if of == "views":
        return f"{split} has {len(dataset.items(split)):,} images"
    sizes = class_sizes(dataset, split)
    large = int((sizes >= shape.items_per_class).sum())
    return f"{split} has {len(sizes)} classes, {large} of them of {shape.items_per_class} images or more"


def _check_choices(fitted: Fitted, dataset: Dataset, of: str) -> Fitted:
    """Tell baselines whose open option is to be chosen on tasks of meta_val that it does not bear."""
    bears = _test_bears(dataset, "meta_val", of)
    for baseline in fitted.config.baselines:
        for shape in fitted.config.test.shapes():
            if len(baseline.candidates(shape)) > 1 and not bears(shape):
                reason = (
                    f"what it leaves open is chosen on tasks of meta_val, and "
                    f"{_describe(dataset, 'meta_val', of, shape)}; give it a value"
                )
                fitted = fitted.with_misfits(Misfit("baselines", baseline.label, None, reason))
    return fitted
