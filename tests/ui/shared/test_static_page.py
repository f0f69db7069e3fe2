import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from umeta.browser.map.points import MapPoints
from umeta.browser.map.view import MapView
from umeta.browser.published import media_folder
from umeta.browser.standalone.parts import map_part
from umeta.cache import Home
from umeta.ui.shared import static_page
from umeta.ui.shared.static_page import draw_save_page


def test_the_button_gives_the_page_with_its_files_as_a_zip(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    points = MapPoints.publish(np.eye(2), np.array([4, 9]), media_folder(home))
    view = MapView(colours=np.zeros((2, 3), np.uint8))
    drawn: list[tuple[Any, ...]] = []
    monkeypatch.setattr(static_page.st, "download_button", lambda *given, **_: drawn.append(given))
    part = map_part(points, view, heading="Two points", caption="", alt="Two points")
    draw_save_page("Title", "Intro", lambda: [part], name="map")
    label, make, file_name, _ = drawn[0]
    assert (label, file_name) == ("Save as a page", "map.zip")
    with zipfile.ZipFile(io.BytesIO(make())) as archive:
        names = {Path(name).name for name in archive.namelist()}
    assert names == {"index.html", "umeta.css", "umeta.js", "content.js", f"{points.name}.js"}
