"""Sessions in: files of several formats to `ChatSession`, streamed. Knows no database."""

from storage.intake.formats import FORMATS
from storage.intake.reading import read_sessions
from storage.intake.records import BadRecord

__all__ = ["FORMATS", "BadRecord", "read_sessions"]
