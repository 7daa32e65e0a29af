"""The formats of an export, and what each is called on the wire."""

from typing import Final

FORMATS: Final = {
    "zip": "application/zip",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
}
# Asked for by people who know other programs: they are told which there are.
ELSEWHERE: Final = frozenset({"geojson", "kml", "cap", "xml", "xls", "xlsx", "docx", "html"})
