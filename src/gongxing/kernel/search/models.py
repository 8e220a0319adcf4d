"""What the index keeps beside its tokens. One index serves all ledgers."""

from typing import ClassVar

from django.db import models

ROW_BITS = 40
ROW_MASK = (1 << ROW_BITS) - 1


class SearchLedger(models.Model):
    """The number of a ledger in the index and the tokenizer its documents were made with."""

    name = models.CharField(max_length=60, unique=True)
    tokenizer = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class SearchDoc(models.Model):
    """The folded text of one row, from which its tokens can be made again exactly (needed to delete them).

    ``id`` packs ledger number and row id, so that the documents of one ledger are one range of the full-text index. ``name`` holds
    the folded names one per line, ``initials`` the readings separated by blanks, ``unit`` the responsible unit (None: county-wide),
    ``places`` the tokens of that unit and its ancestors (``u5 u1``). On PostgreSQL a tsvector column ``terms`` stands beside them.
    """

    id = models.BigIntegerField(primary_key=True)
    ledger = models.IntegerField()
    unit = models.BigIntegerField(null=True)
    code = models.CharField(max_length=200, blank=True)
    name = models.TextField(blank=True)
    initials = models.TextField(blank=True)
    places = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["ledger", "code"], name="search_doc_code"),
            models.Index(fields=["ledger", "unit", "code"], name="search_doc_unit_code"),
        ]

    def __str__(self) -> str:
        return self.name.partition("\n")[0]
