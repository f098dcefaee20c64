"""Real exports in, canonical tables out. One module a source system."""

from kumastats.sources.identity import IdentityKey
from kumastats.sources.mapping import Mapping
from kumastats.sources.registry import SOURCES, Source, read
from kumastats.sources.report import ReadingReport, ReadResult

__all__ = ["SOURCES", "IdentityKey", "Mapping", "ReadResult", "ReadingReport", "Source", "read"]
