"""Enterprise names: folding, structure, and which register row a name means. Pure; found never means merged."""

from gongxing.engines.names.folding import core, fold
from gongxing.engines.names.index import Candidate, NameEntry, NameIndex, Tier
from gongxing.engines.names.structure import Regions, Structure, structure, vetoes

__all__ = ["Candidate", "NameEntry", "NameIndex", "Regions", "Structure", "Tier", "core", "fold", "structure", "vetoes"]
