"""How many lines the machinery has, and how many the models.

    .venv/bin/python scripts/benchmarks/size_of_the_machinery.py

It counts the files that git tracks, and prints a table in Markdown.
"""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def lines_of(*patterns: str) -> int:
    """Lines of the tracked files that match git's path patterns."""
    command = ["git", "ls-files", "-z", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sum(len((ROOT / name).read_text().splitlines()) for name in names.split("\0")[:-1])


def main() -> None:
    """Prints the table."""
    macros, models = lines_of(":(glob)macros/**/*.sql"), lines_of(":(glob)models/**/*.sql")
    package = ":(glob)scripts/commerce_marts/**/*.py"
    runner = lines_of(package, ":(exclude)scripts/commerce_marts/generate")
    print("| what | lines |")
    print("|---|---:|")
    print(f"| macros | {macros:,} |")
    print(f"| SQL of the models | {models:,} |")
    print(f"| macros / SQL of the models | {macros / models:.2f} |")
    print(f"| Python package without the generators | {runner:,} |")


if __name__ == "__main__":
    main()
