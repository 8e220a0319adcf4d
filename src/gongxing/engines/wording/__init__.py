"""Wording rules over the text of a clause: which rule is hit, in which sentence, by which words, at which place of the text as written.

Algebra. Let f be the folding of a text (``folding``): NFKC of every character, then blanks, invisible characters, stray accents and quotation
marks left out; π maps each folded position to its place in the text as written. A text is cut into sentences at 。；！？ (and their
half-width forms), a sentence into a head and items at line breaks before a number such as （一） or 2. .

1. A rule r has groups g of words and silencing words U(r), all folded. A stretch S of folded text hits r when every group has a word in S
   and no word of U(r) is in S.
2. A sentence hits r when it does as a whole, or when its head together with one of its items does: a silencing word of one item does not
   silence another item.
3. In a list whose items are parted by semicolons, the head (what stands up to the first colon, or to the first number of an item, of the text up
   to the next 。！？) is read with every later item: words of the head count for the item unless they hit alone. Of the silencing words of the
   head those count that lead to the items (its part after the last comma) or stand by its own word of the first group.
4. A word that begins with a comparison (低于) is no word of the rule where a 不 turns it round (不低于, 不得低于), unless only a share of
   the bound is named after it (…的70%).
5. The place of a word is π of its first to π of its last character; of words within longer ones of the same group only the longer is told.
6. Rules find wording, not intent: a hit asks a person; no hit never means lawful. Words of one rule spread over two sentences are not found
   otherwise than by 3.

A field that may never decide who gets support or how much (lead-firm tag, tax paid) is refused by ``refused_fields`` before any text is read.
"""

from gongxing.engines.wording.checking import Hit, Mark, WordingRule, WordingRules
from gongxing.engines.wording.fields import FieldRefusal, refused_fields
from gongxing.engines.wording.folding import Folded, fold

__all__ = ["FieldRefusal", "Folded", "Hit", "Mark", "WordingRule", "WordingRules", "fold", "refused_fields"]
