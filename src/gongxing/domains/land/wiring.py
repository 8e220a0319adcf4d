"""What this stage gives to the pages all stages share."""

from gongxing.domains.land.sentences import SENTENCES
from gongxing.kernel.ledger.faults import add_sentences

add_sentences(SENTENCES)
