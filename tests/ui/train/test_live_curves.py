import numpy as np

from umeta.ui.train.live_curves import _last_values, _table


def test_the_table_has_a_row_for_every_step_at_which_anything_was_measured():
    curve = {
        "step": [10.0, 20.0],
        "loss": [1.5, 1.25],
        "accuracy": [0.5, 0.75],
        "val_step": [15.0],
        "meta_val": [0.6],
    }
    table = _table(curve)
    assert table.index.tolist() == [10, 15, 20]
    np.testing.assert_array_equal(table["loss"], [1.5, np.nan, 1.25])
    np.testing.assert_array_equal(table["meta_val"], [np.nan, 0.6, np.nan])
    assert _last_values(table) == "loss 1.25, accuracy 0.75, meta_val 0.60"
