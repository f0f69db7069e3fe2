import numpy as np
import pytest

from umeta.randomness import Stream, drawn_seed, numpy_generator, torch_generator


def test_streams_are_told_apart_by_what_they_draw():
    assert len({stream.draws for stream in Stream}) == len(list(Stream)) == len(Stream.__members__)


@pytest.mark.parametrize("stream", list(Stream))
def test_a_stream_is_drawn_from_the_seed_its_number_and_the_step(stream):
    entropy = [3] if stream.number is None else [3, stream.number]
    for steps in ((), (7,), (5, 1, 15)):
        expected = np.random.default_rng([*entropy, *steps]).integers(2**62, size=4)
        assert numpy_generator(3, stream, *steps).integers(2**62, size=4).tolist() == expected.tolist()


def test_first_draws_are_those_of_earlier_versions():
    assert drawn_seed(0, Stream.ENCODER) == RECORDED["encoder"]
    assert numpy_generator(0, Stream.PARTITION).integers(2**31, size=3).tolist() == RECORDED["partition"]
    assert numpy_generator(5, Stream.LEARNER_TASKS, 9).integers(1000, size=3).tolist() == RECORDED["tasks"]
    assert numpy_generator(1, Stream.TEST_TASKS, 5, 1, 15).integers(1000, size=3).tolist() == RECORDED["test"]
    assert numpy_generator(4, Stream.SAMPLE).integers(1000, size=3).tolist() == RECORDED["sample"]
    assert torch_generator(0, Stream.LEARNER_WEIGHTS).initial_seed() == RECORDED["weights"]
    assert torch_generator(11, Stream.ENCODER_STEP, 2).initial_seed() == RECORDED["step"]
    assert torch_generator(6, Stream.MLP).initial_seed() == 6


RECORDED = {
    "encoder": 4103195943789856137,
    "partition": [1884548239, 1670719735, 1048878402],
    "tasks": [504, 110, 844],
    "test": [461, 275, 797],
    "sample": [726, 943, 881],
    "weights": 6000669116776255390,
    "step": 3223785311761643625,
}


def test_what_one_run_draws_side_by_side_is_drawn_from_different_numbers():
    own = (Stream.PARTITION, Stream.LEARNER_WEIGHTS, Stream.LEARNER_TASKS)
    numbers = [stream.number for stream in Stream]
    assert all(numbers.count(stream.number) == 1 for stream in own)


def test_known_collisions():
    first = lambda *key: numpy_generator(*key).integers(2**62)  # noqa: E731
    assert first(5, Stream.GLYPH_HANDS) == first(5, Stream.SAMPLE)
    assert first(5, Stream.ENCODER) == first(5, Stream.ENCODER_WEIGHTS)
    assert first(5, Stream.BASELINE, 0) == first(5, Stream.ENCODER_STEP)
