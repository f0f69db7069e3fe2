from tests.ui.conftest import OpenPage, texts
from tests.ui.tasks.page_content import BADGE, grids


def test_four_kinds_of_tasks_stand_side_by_side(open_page: OpenPage):
    app = open_page("tasks", section="side by side")
    assert not app.exception
    assert len(grids(app)) == 3  # the oracle waits for the reveal
    assert BADGE not in texts(app)
    revealed = open_page("tasks", section="side by side", reveal="true")
    assert not revealed.exception
    assert len(grids(revealed)) == 4
    assert "100% of support–query pairs truly match (✓). 5 random images" in texts(revealed)
