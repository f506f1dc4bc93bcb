"""Files that people label in, out and back: JSONL, CSV and Label Studio's JSON."""

from calibration.labelling.reading import FORMATS, Defaults, Format, Labelled, read_labels, write_sheets
from calibration.labelling.sheets import Asked, Sheet, sheets_of

__all__ = [
    "FORMATS",
    "Asked",
    "Defaults",
    "Format",
    "Labelled",
    "Sheet",
    "read_labels",
    "sheets_of",
    "write_sheets",
]
