"""Every command of commerce-marts in the docs and for schedulers is one that there is."""

import re
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from commerce_marts.cli import main

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "Makefile")),
    *(ROOT / "docs").glob("*.md"),
    *(path for path in (ROOT / "orchestration").rglob("*") if path.is_file()),
]
PROGRAM = r"(?<![\w/.-])(?:(?:[\w./]*/bin/)?commerce-marts|[\w./]+/cron/run)"
# A command ends at a pipe, a quote of Markdown or of a string, a bracket, the end of the line.
COMMAND = re.compile(PROGRAM + r" ((?:[^|;&`\"'\n)\\]|\\\n)+)")
# A word of a sentence, such as "commerce-marts is".
WORDS_OF_SENTENCES = {"and", "in", "has", "is", "or", "shows"}


def commands_of(text):
    """[(words after commerce-marts)]; lines that go on are one."""
    found = (match[1].replace("\\\n", " ").split() for match in COMMAND.finditer(text))
    return [words for words in found if words[0].isalpha() and words[0] not in WORDS_OF_SENTENCES]


def unknown_in(words):
    """What of a command does not exist."""
    command = main
    while isinstance(command, click.Group):
        if not words or words[0].startswith("-"):
            return f"a command before {words}"
        if words[0] not in command.commands:
            return words[0]
        command = command.commands[words[0]]
        words = words[1:]
        if not words:
            return None
    known = {option for param in command.params for option in param.opts} | {"--help"}
    asked = {word.split("=")[0].rstrip(".,:") for word in words if word.startswith("--")}
    return ", ".join(sorted(asked - known)) or None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_written_commands_exist(path):
    wrong = [
        (" ".join(words), unknown)
        for words in commands_of(path.read_text())
        if (unknown := unknown_in(words))
    ]
    assert not wrong


def test_a_wrong_command_is_found():
    wrong = "Say `commerce-marts buidl` or\n  .venv/bin/commerce-marts build --domain greenery\n"
    right = "$ commerce-marts sync support-desk --dry-run && commerce-marts status; x"
    assert [unknown_in(words) for words in commands_of(wrong)] == ["buidl", "--domain"]
    assert [unknown_in(words) for words in commands_of(right)] == [None, None]


def test_every_step_of_the_kestra_flow_is_a_command():
    flow = yaml.safe_load((ROOT / "orchestration/kestra/commerce_marts.yaml").read_text())
    steps = [*flow["tasks"], *flow["errors"]]
    commands = [commands_of(line) for step in steps for line in step["commands"]]
    assert all(len(found) == 1 for found in commands)
    assert [step["id"] for step in steps] == ["ingest", "build", "sync", "report", "status"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--help"], 0, ""),
        (["status", "--warehouse", "missing.duckdb"], 1, "Error: Nothing is published at"),
    ],
    ids=["it went well", "it failed"],
)
def test_cron_mails_what_failed_and_only_that(arguments, code, said, tmp_path):
    environment = tmp_path / "environment"
    environment.write_text("COMMERCE_MARTS_ALERT_WEBHOOK=http://127.0.0.1:9/\n")
    ran = subprocess.run(
        [ROOT / "orchestration" / "cron" / "run", *arguments],
        env={"PATH": "/usr/bin:/bin", "COMMERCE_MARTS_ENVIRONMENT": str(environment)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (code, "")
    assert ran.stdout.startswith(said)
    assert bool(ran.stdout) == bool(said)
