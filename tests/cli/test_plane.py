from typer.testing import CliRunner

from tests.studies.small_studies import TINY, write_study
from umeta.cache import Home
from umeta.cli.app import app
from umeta.plane import points
from umeta.plane.embedding_maps import load_maps, map_name
from umeta.plane.points import load_plane
from umeta.studies import study as studies
from umeta.studies.cells import execute_study
from umeta.studies.study import load_study


def test_the_points_of_finished_cells_are_written_and_what_is_missing_is_counted(tmp_path, monkeypatch):
    home = Home(tmp_path / "home", ())
    file = write_study(tmp_path, budgets={"short": TINY["budgets"]["smoke"]}, grid=TINY["grid"][:2])
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    monkeypatch.setattr(points, "STUDIES", ("tiny",))
    monkeypatch.setattr(studies, "SHIPPED", tmp_path)
    to = tmp_path / "points.json"
    empty = CliRunner().invoke(app, ["plane", "--to", str(to)])
    assert empty.exception is None, empty.output
    assert load_plane(to).points == ()
    assert load_plane(to).n_settings == {"tiny": 1}
    assert not execute_study(load_study(file), home)
    CliRunner().invoke(app, ["plane", "--to", str(to)])
    (made,) = load_plane(to).points
    assert made.name == "kmeans of pca, k = 20, P = 1"
    assert list(load_maps(tmp_path / "embedding_maps.safetensors")) == [map_name(made)]
