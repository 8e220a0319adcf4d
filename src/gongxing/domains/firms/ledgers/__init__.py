"""The registers of this stage; importing the modules declares them, in the order of the menu."""

from gongxing.domains.firms.ledgers.enterprises import FirmLedger
from gongxing.domains.firms.ledgers.figures import FigureLedger, ProductFigureLedger, ProductLedger
from gongxing.domains.firms.ledgers.questions import DuplicateLedger, PatternLedger

__all__ = ["DuplicateLedger", "FigureLedger", "FirmLedger", "PatternLedger", "ProductFigureLedger", "ProductLedger"]
