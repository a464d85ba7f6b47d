"""`commerce-marts build` without some kinds of dbt's nodes, with the same options.

    python scripts/benchmarks/build_without.py "test unit_test" --domains sales

It is for measuring, and for tests of the project: it publishes what was not tested.
"""

import shutil
import sys

from commerce_marts import dbt
from commerce_marts.cli import main

kinds, *arguments = sys.argv[1:]
dbt.DBT_OF_BUILD = (
    shutil.which("env") or "/usr/bin/env",
    f"DBT_EXCLUDE_RESOURCE_TYPES={kinds}",
    *dbt.DBT_OF_BUILD,
)
main(["build", *arguments])
