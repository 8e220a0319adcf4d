"""Enterprise names: folding, structure, and which register row a name means. Pure; found never means merged."""

from gongxing.engines.names.folding import core, fold
from gongxing.engines.names.structure import Regions, Structure, structure, vetoes

__all__ = ["Regions", "Structure", "core", "fold", "structure", "vetoes"]
