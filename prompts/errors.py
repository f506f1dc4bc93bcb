"""The root of the one error tree. Leaves live in the `errors.py` of the layer that raises them."""


class MingjianError(Exception):
    """Something the user can read and act upon. The docstring of a leaf is its default message."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class FileError(MingjianError):
    """A file the user wrote is wrong at a place that can be named.

    `path` is the file as the user gave it, `line` counts from 1 (None: the whole file), `field` is a
    dotted path inside the record (None: the whole record).
    """

    def __init__(self, message: str, *, path: str, line: int | None = None, field: str | None = None) -> None:
        self.path, self.line, self.field, self.reason = path, line, field, message
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {field}: {message}" if field else f"{place}: {message}")


class PromptInvalid(FileError):
    """A prompt file cannot be used."""
