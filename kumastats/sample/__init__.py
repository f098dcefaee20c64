"""A synthetic city whose true effects are known. It imports nothing that reads it."""

from kumastats.sample.panel import summaries
from kumastats.sample.write import SampleReport, write

__all__ = ["SampleReport", "summaries", "write"]
