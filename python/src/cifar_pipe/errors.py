"""What the package raises, by the exit codes of the tool."""

from __future__ import annotations


class Error(Exception):
    """A run failed; the text is the tool's own line where it wrote one.

    `exit_code` is that of the tool (128 + n where signal n ended it), or None where the
    package itself found what is wrong.
    """

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class UsageError(Error, ValueError):
    """An option or its value is wrong (exit code 64)."""


class NotFoundError(Error, FileNotFoundError):
    """The data, or the tool itself, is not there (exit code 66)."""


class ResumeError(Error, ValueError):
    """A state does not fit the data or the options (exit code 78); the text names the field."""


_BY_EXIT_CODE: dict[int, type[Error]] = {64: UsageError, 66: NotFoundError, 78: ResumeError}


def error(message: str, exit_code: int) -> Error:
    """Returns the exception of an exit code of the tool."""
    return _BY_EXIT_CODE.get(exit_code, Error)(message, exit_code)
