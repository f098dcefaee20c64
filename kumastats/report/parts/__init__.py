"""The parts a section of the case study is made of: each turns a block of the words file into what stands on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from kumastats.report.content import Block
from kumastats.report.parts import data, dials, evidence, people, plan, reader, robustness
from kumastats.report.writer import Writer
from kumastats.study.yaml_reader import Node

Part = Callable[[Writer, Node], Iterator[Block]]
PARTS: Mapping[str, Part] = MappingProxyType(
    {
        **reader.PARTS,
        **evidence.PARTS,
        **robustness.PARTS,
        **dials.PARTS,
        **people.PARTS,
        **plan.PARTS,
        **data.PARTS,
    }
)
