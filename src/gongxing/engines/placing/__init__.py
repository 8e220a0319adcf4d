"""Placing firms on nodes of industry chains by their products, business scope, name and industry class.

Pure: the nodes' words arrive as arguments, nothing is read from disk or database.
"""

from gongxing.engines.placing.caught import Caught, caught
from gongxing.engines.placing.engine import Placer
from gongxing.engines.placing.placement import PRESENT, Level, Placement, Role
from gongxing.engines.placing.weights import WEIGHTS, Weights
from gongxing.engines.placing.words import Hit, NodeWords

__all__ = [
    "PRESENT",
    "WEIGHTS",
    "Caught",
    "Hit",
    "Level",
    "NodeWords",
    "Placement",
    "Placer",
    "Role",
    "Weights",
    "caught",
]
