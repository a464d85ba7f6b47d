"""Errors that people read: one sentence on what is wrong, one on the next step, no stack trace."""

import click


class RunnerError(click.ClickException):
    """Something went wrong outside this program. Exit code 1."""

    exit_code = 1


class OptionError(RunnerError):
    """An option has a value that cannot be meant. Exit code 2."""

    exit_code = 2
