"""Writes a jar with Delta 4.0 for Spark 4.0, where Maven is not to be had.

delta_jar.py JAR. Delta's own wheel has no jar. The wheel of jsoniq carries one with Delta's classes
among others; Spark finds these by one line in META-INF/services. A cluster takes
io.delta:delta-spark_2.13 from Maven instead.
"""

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WHEEL = "jsoniq==3.0.2"
FOLDERS = (
    "io/delta/",
    "org/apache/spark/sql/",
    "org/apache/spark/internal/",
    "com/databricks/",
    "error/delta",
)
LEFT_OUT = "org/apache/spark/sql/avro"
SERVICE = "META-INF/services/org.apache.spark.sql.sources.DataSourceRegister"


def main() -> None:
    jar = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "download", "--no-deps", "--dest", folder, WHEEL], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(".jar"))
            everything = zipfile.ZipFile(io.BytesIO(wheel.read(name)))
    new = jar.with_suffix(".new")
    with zipfile.ZipFile(new, "w") as delta:
        for name in everything.namelist():
            if (
                name.startswith(FOLDERS)
                and not name.startswith(LEFT_OUT)
                and not name.endswith("/")
            ):
                delta.writestr(name, everything.read(name))
        delta.writestr(SERVICE, "org.apache.spark.sql.delta.sources.DeltaDataSource\n")
    new.rename(jar)


if __name__ == "__main__":
    main()
