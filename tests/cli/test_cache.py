import json

from tests.cli.conftest import umeta
from umeta.cache import Home


def test_use_quota_and_pruning_on_the_command_line(home: Home):
    (home.root / "products/embeddings/.left").mkdir(parents=True)
    (home.root / "products/embeddings/.left/x").write_bytes(bytes(2000))
    assert umeta(home, "cache", "quota", "3GB").returncode == 0
    shown = json.loads(umeta(home, "cache", "--json").stdout)
    assert (shown["bytes"]["embeddings"], shown["quota"], shown["total"]) == (2000, 3 * 10**9, 2003)
    assert "embeddings" in umeta(home, "cache").stdout
    refused = umeta(home, "cache", "quota", "much")
    assert (refused.returncode, "no size" in refused.stderr) == (2, True)
    assert "0 places would be removed" in umeta(home, "cache", "prune", "--dry-run").stdout
    assert json.loads(umeta(home, "cache", "prune", "--json").stdout) == {
        "removed": True,
        "bytes": 0,
        "what": [],
    }
