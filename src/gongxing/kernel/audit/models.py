"""Entry, Link, Head, Secret.

``leaf = H(format ␟ lent ␟ tx ␟ ledger ␟ row ␟ row_version ␟ verb ␟ post ␟ user ␟ at ␟ why ␟ title ␟ body)``, ``root = H(id:leaf…)`` over
the entries of one transaction in id order, ``hash = H(prev ‖ root ‖ link id)``, H = SHA-256 (``chain`` has the older format). The body is hashed and stored as text, because a
database's JSON type reorders keys and rewrites numbers. Personal values are sealed: the body holds a salted hash, the value
lives in ``Secret`` and can be erased without breaking the chain.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """What one write did to one row. Never updated, never deleted. ``post`` is the post whose grant allowed it; where that post was
    lent, ``lent`` names who holds it."""

    tx = models.CharField(max_length=32)
    ledger = models.CharField(_("台账"), max_length=60)
    row = models.BigIntegerField(_("记录"))
    row_version = models.PositiveIntegerField(_("版本"))
    verb = models.CharField(_("动作"), max_length=60)
    post_id = models.BigIntegerField(null=True)
    post = models.CharField(_("岗位"), max_length=120, blank=True)
    lent = models.CharField(_("委托人"), max_length=120, blank=True, default="")
    user_id = models.BigIntegerField()
    user = models.CharField(_("经办"), max_length=60)
    at = models.DateTimeField(_("时间"))
    why = models.CharField(_("事由"), max_length=500, blank=True)
    title = models.CharField(_("对象"), max_length=200, blank=True)
    body = models.TextField(_("变动"))
    leaf = models.CharField(max_length=64)
    format = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("留痕")
        indexes: ClassVar = [
            models.Index(fields=["ledger", "row", "id"]),
            models.Index(fields=["ledger", "id"]),
            models.Index(fields=["tx"]),
        ]

    def __str__(self) -> str:
        return f"{self.ledger}:{self.row} {self.verb}"


class Link(models.Model):
    """One transaction in the chain."""

    tx = models.CharField(max_length=32, unique=True)
    entries = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    format = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("链节")

    def __str__(self) -> str:
        return self.hash


class Head(models.Model):
    """The newest link. One row, locked last in every transaction."""

    link_id = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("链头")

    def __str__(self) -> str:
        return self.hash


class Secret(models.Model):
    """A sealed value: ``H(salt ‖ value)`` stands in the entry's body. Deleting this row erases the value for good."""

    seal = models.CharField(max_length=64, db_index=True)
    salt = models.CharField(max_length=32)
    value = models.TextField()

    class Meta:
        verbose_name = _("密封值")

    def __str__(self) -> str:
        return self.seal


class Touched(models.Model):
    """The newest link that wrote to a ledger: what ``revision`` answers without walking the chain. Written with the link; no part of it."""

    ledger = models.CharField(max_length=60, primary_key=True)
    link_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("最新链节")

    def __str__(self) -> str:
        return f"{self.ledger}: {self.link_id}"
