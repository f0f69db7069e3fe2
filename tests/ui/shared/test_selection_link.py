import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umeta.ui.shared.selection_link import lasso_text, read_lasso


@given(
    st.lists(
        st.tuples(*[st.floats(-1e4, 1e4).map(lambda v: float(f"{v:.6g}"))] * 2), min_size=3, max_size=30
    ),
    st.none() | st.tuples(*[st.floats(-20, 1.57).map(lambda v: round(v, 3))] * 2),
)
def test_a_lasso_comes_back_from_a_link_as_it_was(
    corners: list[tuple[float, float]], turned: tuple[float, float] | None
):
    lasso = read_lasso(lasso_text("umap-all", np.array(corners), turned))
    assert lasso is not None
    assert lasso.layout.name == "umap-all"
    assert (lasso.layout.projection, lasso.layout.every_split) == ("umap", True)
    assert lasso.polygon.tolist() == [list(corner) for corner in corners]
    assert lasso.turned == turned


@pytest.mark.parametrize(
    "text",
    [
        *("", "pca", "pca:", "pca:1,2", "pca:1,2,3,4,5", "pca:1,2,3,4,nan,6", "pca:1,2,x,4,5,6"),
        *(
            "pca-3d@:1,2,3,4,5,6",
            "pca-3d@1:1,2,3,4,5,6",
            "pca-3d@1,2,3:1,2,3,4,5,6",
            "pca-3d@1,x:1,2,3,4,5,6",
        ),
    ],
)
def test_what_is_no_lasso_is_none(text: str):
    assert read_lasso(text) is None
