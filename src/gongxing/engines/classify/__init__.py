"""GB/T 4754-2017 (2019) class of a firm from its name and business scope.

Pure: the lexicon's rows and the official class names arrive as arguments, nothing is read from disk or database.
"""

from gongxing.engines.classify.engine import classify, classify_many
from gongxing.engines.classify.lexicon import Lexicon, Word
from gongxing.engines.classify.suggestion import Alternative, Confidence, Pattern, Suggestion

__all__ = ["Alternative", "Confidence", "Lexicon", "Pattern", "Suggestion", "Word", "classify", "classify_many"]
