import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def spark_environment(tmp_path_factory):
    """What profiles.yml reads, for a Spark that has a folder of its own."""
    return os.environ | {
        "COMMERCE_MARTS_SPARK_DIR": str(tmp_path_factory.mktemp("spark")),
        # Without Delta, whose jar these values do not need.
        "COMMERCE_MARTS_SPARK_FORMAT": "parquet",
    }
