"""The bundled demo: one small run, computed beforehand, that a visitor sees before anything is computed.

`python -m umeta.demo.build` makes it anew: the same config gives the same bundle. `load_demo` reads it with
numpy alone, so that the first page waits for no library.

    demo.json            what it was made from, the map's file names, the tasks   demo.safetensors   arrays per item
    plain.json           the result of the same run over an embedding of plain pixels
    run/                 result.json and correct.safetensors as any finished run has them, and its test tasks
    maml/                the same of MAML, with its weights
    media/               the sprite and the points, as the map component publishes them
"""

from umeta.demo.bundle import DRAW_LEARNER, FOLDER, MAML, RUN, Demo, ExamTask, load_demo

DEMO = "precomputed demo"
"""What its runs are called where runs are chosen."""

__all__ = ["DEMO", "DRAW_LEARNER", "FOLDER", "MAML", "RUN", "Demo", "ExamTask", "load_demo"]
