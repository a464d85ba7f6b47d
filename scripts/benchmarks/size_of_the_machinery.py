"""How many lines the machinery has, and how many the models.

    .venv/bin/python scripts/benchmarks/size_of_the_machinery.py

It counts the files that git tracks, and prints a table in Markdown.
"""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "scripts/commerce_marts"
# What goes in and out, and what watches: without it a build publishes all the same.
AROUND = ("ingest", "sync", "watch", "forget")


def lines_of(*patterns: str) -> int:
    """Lines of the tracked files that match git's path patterns."""
    command = ["git", "ls-files", "-z", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sum(len((ROOT / name).read_text().splitlines()) for name in names.split("\0")[:-1])


def main() -> None:
    """Prints the table."""
    macros, models = lines_of(":(glob)macros/**/*.sql"), lines_of(":(glob)models/**/*.sql")
    package = f":(glob){PACKAGE}/**/*.py"
    generators = f":(exclude){PACKAGE}/generate"
    around = [f":(glob){PACKAGE}/{folder}/**/*.py" for folder in AROUND]
    runner = lines_of(package, generators, *(f":(exclude){PACKAGE}/{name}" for name in AROUND))
    print("| what | lines |")
    print("|---|---:|")
    print(f"| macros | {macros:,} |")
    print(f"| SQL of the models | {models:,} |")
    print(f"| macros / SQL of the models | {macros / models:.2f} |")
    print(f"| Python that checks, builds and publishes | {runner:,} |")
    print(f"| Python around it: {', '.join(AROUND)} | {lines_of(*around):,} |")


if __name__ == "__main__":
    main()
