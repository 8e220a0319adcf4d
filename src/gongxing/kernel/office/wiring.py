"""Registers this folder's sentences when the site starts."""

from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.office.sentences import SENTENCES

add_sentences(SENTENCES)
