from umeta.cache import Home
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.studies.membership import studies_of_runs
from umeta.studies.study import load_study

OWN = """
title: Of my own
question: Does it help?
budgets: {short: {protonets: {iterations: 7}}}
grid: [{dataset: glyphs, encoder: pca, partition: {name: kmeans, n_clusters: 20}, learner: protonets, seed: [0, 1]}]
"""


def test_a_run_is_of_the_studies_whose_cell_it_is(home: Home):
    file = home.root / "own.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(OWN)
    order = StudyOrder(study=str(file))
    StudyDirectory.create(order, home)
    (home.root / "studies" / "damaged").mkdir()
    titles = studies_of_runs(home)
    assert [titles[cell.run_id] for cell in order.load().cells] == [("Of my own",)] * 2
    shipped = load_study("transductive")
    assert shipped.file.title in titles[shipped.cells[0].run_id]
    elsewhere = shipped.cells[0].model_copy(update={"device": "cuda"})
    assert shipped.file.title in titles[elsewhere.run_id]
    assert "glyphs-pca-kmeans-protonets-0000000000" not in titles
