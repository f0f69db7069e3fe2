"""Exported models as encoders, made here of a few operators.

Tests umeta.encoders.onnx_file, umeta.encoders.onnx_input and umeta.encoders.onnx_model too.
"""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from umeta.cache import Home
from umeta.data import ImageSet
from umeta.encoders import ENCODERS
from umeta.encoders.onnx_encoder import OnnxEncoder
from umeta.stage import Cancelled, Step, UserError

CPU = torch.device("cpu")
N, SIDE = 11, 16
FLOAT = TensorProto.FLOAT
Shape = list[int | str]


def images(channels: int = 3, side: int = SIDE) -> ImageSet:
    pixels = np.random.default_rng(0).integers(0, 256, (N, channels, side, side)).astype(np.uint8)
    return ImageSet("toy", pixels, [f"item{k}" for k in range(N)])


def save(
    path: Path,
    *nodes: Any,
    shape: Shape | None = None,
    outputs: dict[str, Shape | None] | None = None,
    element: int = FLOAT,
    weights: tuple[Any, ...] = (),
    **metadata: str,
) -> Path:
    """Save a model that takes `x`; without nodes, its output `y` is the mean of each channel."""
    nodes = nodes or (helper.make_node("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0),)
    graph = helper.make_graph(
        list(nodes),
        "model",
        [helper.make_tensor_value_info("x", element, shape or ["batch", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info(name, FLOAT, dims) for name, dims in (outputs or {"y": None}).items()],
        list(weights),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, metadata)
    onnx.save(model, path)
    return path


def embed(path: Path, data: ImageSet | None = None, **options: Any) -> np.ndarray:
    encoder = ENCODERS.parse({"name": f"onnx:{path}", **options})
    data = data or images()
    return encoder.encode(encoder.fit(data, device=CPU), data, device=CPU)


def refused(message: str, path: Path, **options: Any) -> None:
    with pytest.raises(UserError, match=message) as raised:
        embed(path, **options)
    assert "\n" not in str(raised.value)


PLAIN: dict[str, Any] = {"mean": "0", "deviation": "1"}
MEANS = images().images.mean(axis=(2, 3)) / 255


def test_it_is_given_pixels_less_their_mean_by_their_deviation(tmp_path: Path) -> None:
    path = save(tmp_path / "a.onnx")
    vectors = embed(path, **PLAIN)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, MEANS, rtol=1e-5)
    given = embed(path, mean="0.1,0.2,0.3", deviation=[0.5, 0.25, 2])
    np.testing.assert_allclose(given, (MEANS - [0.1, 0.2, 0.3]) / [0.5, 0.25, 2], rtol=1e-4)
    np.testing.assert_allclose(embed(path, order="bgr", **PLAIN), MEANS[:, ::-1], rtol=1e-5)


def test_what_options_leave_open_the_file_says(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "mean": "[0.5]",
        "std": "0.5",
        "order": "bgr",
        "trained_on": "ImageNet, with labels",
    }
    path = save(tmp_path / "a.onnx", **said, label_use="elsewhere", other="ignored")
    np.testing.assert_allclose(embed(path), (MEANS[:, ::-1] - 0.5) / 0.5, atol=1e-5)
    encoder = OnnxEncoder(name=f"onnx:{path}")
    assert (encoder.note, encoder.labels_seen) == ("trained on ImageNet, with labels", "elsewhere")
    assert OnnxEncoder(name=f"onnx:{path}", trained_on="nothing").note == "trained on nothing"
    assert encoder.made_from() != OnnxEncoder(name=f"onnx:{path}", order="rgb").made_from()
    refused("encoder.mean='many'|encoder.mean", save(tmp_path / "b.onnx", mean="many"))


def test_what_nobody_says_is_assumed_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = save(tmp_path / "a.onnx")
    with caplog.at_level(logging.WARNING):
        vectors = embed(path, images(side=8))
    assert "mean and deviation were taken for ImageNet's" in caplog.text
    assert "takes images of 16 × 16 pixels and toy has 8 × 8: they are enlarged" in caplog.text
    assert abs(vectors - (images(side=8).images.mean(axis=(2, 3)) / 255 - 0.45) / 0.226).max() < 0.5
    encoder = OnnxEncoder(name=f"onnx:{path}")
    assert (encoder.note, encoder.labels_seen) == ("trained on unknown data", "unknown")


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ([N, 3, SIDE, SIDE], {}),
        ([4, 3, SIDE, SIDE], {}),
        (["b", 3, "h", "w"], {"size": 12}),
        (["b", "c", "h", "w"], {"size": 12, "layout": "nchw"}),
        ([1, 3, SIDE, SIDE], {}),
    ],
)
def test_any_batch_and_size(shape: Shape, options: dict[str, Any], tmp_path: Path) -> None:
    vectors = embed(save(tmp_path / "a.onnx", shape=shape), **options, **PLAIN)
    np.testing.assert_allclose(vectors, MEANS, atol=0.02)


def test_channels_may_stand_last_and_bytes_are_taken_as_they_are(tmp_path: Path) -> None:
    last = helper.make_node("ReduceMean", ["x"], ["y"], axes=[1, 2], keepdims=0)
    shape: Shape = ["b", SIDE, SIDE, 3]
    np.testing.assert_allclose(embed(save(tmp_path / "a.onnx", last, shape=shape), **PLAIN), MEANS, rtol=1e-5)
    cast = helper.make_node("Cast", ["x"], ["z"], to=FLOAT)
    mean = helper.make_node("ReduceMean", ["z"], ["y"], axes=[1, 2], keepdims=0)
    path = save(tmp_path / "b.onnx", cast, mean, shape=shape, element=TensorProto.UINT8)
    np.testing.assert_allclose(embed(path), 255 * MEANS, rtol=1e-5)


def test_grey_images_for_a_model_of_colours_and_colours_for_a_grey_one(tmp_path: Path) -> None:
    grey = images(channels=1)
    vectors = embed(save(tmp_path / "a.onnx"), grey, **PLAIN)
    np.testing.assert_allclose(vectors, grey.images.mean(axis=(2, 3)).repeat(3, axis=1) / 255, rtol=1e-5)
    luma = embed(save(tmp_path / "b.onnx", shape=["b", 1, SIDE, SIDE]), **PLAIN)
    np.testing.assert_allclose(luma[:, 0], MEANS @ [0.299, 0.587, 0.114], rtol=1e-4)
    assert embed(save(tmp_path / "c.onnx", shape=["b", 1, SIDE, SIDE]), grey).shape == (N, 1)


def test_of_several_outputs_the_one_vector_an_image_is_taken_or_a_person_chooses(tmp_path: Path) -> None:
    mean = helper.make_node("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0)
    rows = helper.make_node("ReduceMean", ["x"], ["rows"], axes=[3], keepdims=0)
    same = helper.make_node("Identity", ["x"], ["map"])
    path = save(tmp_path / "a.onnx", mean, rows, same, outputs={"rows": None, "y": None, "map": None})
    np.testing.assert_allclose(embed(path, **PLAIN), MEANS, rtol=1e-5)
    np.testing.assert_allclose(embed(path, output="map", pool="mean", **PLAIN), MEANS, rtol=1e-4)
    first = embed(path, output="rows", pool="first", **PLAIN)
    np.testing.assert_allclose(first, images().images[:, 0].mean(axis=2) / 255, rtol=1e-4)
    refused(
        r"no output of one vector an image: map \[1, 3, 16, 16\]. Choose one by encoder.output",
        path,
        output="map",
    )
    refused("encoder.output=z: .* has the outputs rows, y, map", path, output="z")
    twice = helper.make_node("Identity", ["y"], ["z"])
    refused(
        "several outputs that may be", save(tmp_path / "b.onnx", mean, twice, outputs={"y": None, "z": None})
    )


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        (["b", 3, SIDE, 2 * SIDE], {}, "takes images of 16 × 32 pixels; square ones are expected"),
        (["b", 5, SIDE, SIDE], {}, "1 or 3 channels are expected"),
        (["b", 3, 3, 3], {}, "Name their place by encoder.layout"),
        (["b", 3 * SIDE], {}, "one input of images"),
        (["b", 3, "h", "w"], {}, "images of any size. Give the one .* encoder.size=224"),
        (["b", 3, SIDE, SIDE], {"size": 32}, "encoder.size=32: .* takes images of 16 pixels a side"),
        (["b", 3, 4096, 4096], {}, "at most 1,024"),
        (["b", 3, SIDE, SIDE], {"mean": "1,2"}, "encoder.mean"),
        (["b", 3, SIDE, SIDE], {"mean": "127"}, "encoder.mean.*less than or equal to 1"),
        (["b", 3, SIDE, SIDE], {"mean": "0,0"}, "have one number or three, not 2"),
        (["b", 3, SIDE, SIDE], {"deviation": "0"}, "encoder.deviation.*greater than 0"),
    ],
)
def test_input_that_is_no_image(shape: Shape, options: dict[str, Any], message: str, tmp_path: Path) -> None:
    node = helper.make_node("Identity", ["x"], ["y"])
    refused(message, save(tmp_path / "a.onnx", node, shape=shape), **options)


def test_vectors_that_are_not_sound(tmp_path: Path) -> None:
    log_node = helper.make_node("Log", ["y"], ["z"])
    mean = helper.make_node("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0)
    path = save(tmp_path / "a.onnx", mean, log_node, outputs={"z": None})
    refused("makes NaN or infinity of some images", path, mean="1", deviation="1")
    zero = helper.make_node("Sub", ["y", "y"], ["z"])
    refused("all 11 vectors are equal", save(tmp_path / "b.onnx", mean, zero, outputs={"z": None}))


def test_files_that_are_no_models(tmp_path: Path) -> None:
    refused("there is no file", tmp_path / "nowhere.onnx")
    for data in (b"", b"hello", b"\x08\x08" + b"\xff" * 40):
        (tmp_path / "a.onnx").write_bytes(data)
        refused(r"a.onnx \(\d+ bytes\) is no readable ONNX file", tmp_path / "a.onnx")
    unknown = helper.make_node("Evil", ["x"], ["y"], domain="com.example")
    refused("cannot be run: .*com.example", save(tmp_path / "b.onnx", unknown))


@pytest.mark.parametrize("place", ["../secret.bin", "/etc/passwd", "sub/../../secret.bin"])
def test_weights_outside_the_folder_are_not_read(place: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(12))
    weight = helper.make_tensor("w", FLOAT, [3], [0, 0, 0])
    weight.ClearField("float_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value=place)
    inner = helper.make_graph([helper.make_node("Identity", ["w"], ["v"])], "inner", [], [], [weight])
    node = helper.make_node("If", ["c"], ["y"], then_branch=inner, else_branch=inner)
    for path in (
        save(folder / "a.onnx", helper.make_node("Add", ["x", "w"], ["y"]), weights=(weight,)),
        save(folder / "b.onnx", node),
    ):
        refused("names weights outside its folder: .*They are not read", path)


def test_weights_beside_the_file_belong_to_it(tmp_path: Path) -> None:
    values = np.array([1, 2, 3], np.float32)
    weight = helper.make_tensor("w", FLOAT, [3], values.tobytes(), raw=True)
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="w.bin")
    mean = helper.make_node("ReduceMean", ["x"], ["m"], axes=[2, 3], keepdims=0)
    path = save(tmp_path / "a.onnx", mean, helper.make_node("Mul", ["m", "w"], ["y"]), weights=(weight,))
    refused("lacks its weights w.bin", path)
    (tmp_path / "w.bin").write_bytes(values.tobytes())
    np.testing.assert_allclose(embed(path, **PLAIN), MEANS * values, rtol=1e-5)
    before = OnnxEncoder(name=f"onnx:{path}").made_from()
    (tmp_path / "w.bin").write_bytes((2 * values).tobytes())
    assert OnnxEncoder(name=f"onnx:{path}").made_from() != before


def test_a_small_file_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    shape = helper.make_tensor("s", TensorProto.INT64, [1], [4_000_000_000])
    huge = helper.make_node("ConstantOfShape", ["s"], ["h"])
    total = helper.make_node("ReduceMean", ["h"], ["m"], keepdims=0)
    mean = helper.make_node("ReduceMean", ["x"], ["v"], axes=[2, 3], keepdims=0)
    path = save(
        tmp_path / "a.onnx", huge, total, mean, helper.make_node("Add", ["v", "m"], ["y"]), weights=(shape,)
    )
    refused("cannot be run: it needs more than 6.4 GB of memory", path)


def test_progress_is_told_and_it_can_be_stopped(tmp_path: Path) -> None:
    encoder = OnnxEncoder(name=f"onnx:{save(tmp_path / 'a.onnx', shape=[4, 3, SIDE, SIDE])}")
    steps: list[Step] = []
    encoder.encode({}, images(), device=CPU, on_step=steps.append)
    assert [(step.done, step.total) for step in steps] == [(4, N), (8, N), (N, N)]

    def stop(step: Step) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        encoder.encode({}, images(), device=CPU, on_step=stop)


def test_its_rows_say_that_labels_were_seen_elsewhere(tmp_path: Path) -> None:
    from umeta.runs import RunConfig
    from umeta.runs.pipeline import execute

    path = save(tmp_path / "a.onnx", trained_on="ImageNet, with labels", label_use="elsewhere", size="16")
    keys = (
        "dataset=glyphs", "dataset.n_classes=60", "dataset.n_alphabets=6", f"encoder=onnx:{path}", "learner=none",
        "baselines=nearest-neighbour", "test.n_tasks=5", "device=cpu", "budget=smoke",
    )  # fmt: skip
    _, result = execute(RunConfig.from_keys(keys), Home(tmp_path / "home", ()))
    assert (result.label_use, result.encoder_note) == ("elsewhere", "trained on ImageNet, with labels")
    assert [row.label_use for row in result.rows] == ["elsewhere"]
