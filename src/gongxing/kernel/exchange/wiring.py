"""Registers this folder's sentences when the site starts."""

from gongxing.kernel.exchange.sentences import SENTENCES
from gongxing.kernel.ledger.faults import add_sentences

add_sentences(SENTENCES)
