"""SearchDoc: the folded text of a row, from which its tokens can be made again exactly (needed to delete them)."""

from typing import ClassVar

from django.db import models


class SearchDoc(models.Model):
    """One searchable row. ``places`` are the tokens of what may see it: its unit's ancestors (``u5``) or ``ux`` for county-wide
    rows, and its ledger (``l3``)."""

    ledger = models.CharField(max_length=60)
    row = models.BigIntegerField()
    code = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    name = models.TextField()
    initials = models.CharField(max_length=400, blank=True)
    places = models.CharField(max_length=200)
    tokenizer = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ledger", "row"], name="search_doc_once")]
        indexes: ClassVar = [models.Index(fields=["code", "id"])]

    def __str__(self) -> str:
        return self.title
