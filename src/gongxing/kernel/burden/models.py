"""Counters of what forms ask. Measurements, not facts: they live in ``ops``, and losing one harms nothing.

Nobody's activity is kept: per person there is one sum a month, of fields asked, which the person sees and a unit's average and maximum
are made of. What a person filled in, when and in which form is not in these tables.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormCount(models.Model):
    """One form (``firms.firm/add``, ``do/firms.confirm_industry``), one day, one unit (0: none). ``kept`` + ``changed`` were filled when the
    form opened, ``typed`` were empty and are not; the rest of ``asked`` stayed empty. ``owed`` is what somebody had to look at because
    the form did not know it: see ``measure.Measured``."""

    day = models.DateField()
    form = models.CharField(max_length=120)
    unit_id = models.BigIntegerField(default=0)
    saves = models.PositiveBigIntegerField(default=0)
    asked = models.PositiveBigIntegerField(default=0)
    kept = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    typed = models.PositiveBigIntegerField(default=0)
    twice = models.PositiveBigIntegerField(default=0)
    owed = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("填报计数")
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "form", "unit_id"], name="burden_form")]

    def __str__(self) -> str:
        return f"{self.day} {self.form}"


class TwiceCount(models.Model):
    """How often one field of one form was typed although ``owner`` (``firms.firm.industry``) already held the value. Only what happened
    has a row."""

    day = models.DateField()
    form = models.CharField(max_length=120)
    column = models.CharField(max_length=60)
    owner = models.CharField(max_length=160)
    twice = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("重复填报计数")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "form", "column", "owner"], name="burden_twice")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.form} {self.column}"


class MonthCount(models.Model):
    """How many fields one person was asked in one month (its first day), acting for one unit (0: none)."""

    month = models.DateField()
    user_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(default=0)
    owed = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("每人每月填报字段")
        constraints: ClassVar = [models.UniqueConstraint(fields=["month", "user_id", "unit_id"], name="burden_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
