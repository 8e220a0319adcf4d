"""Connects the index to the write context and to the text box of lists."""

from gongxing.kernel.audit.write import register_projection
from gongxing.kernel.ledger.texts import use_search
from gongxing.kernel.search.index import project
from gongxing.kernel.search.texts import matching

register_projection(project)
use_search(matching)
