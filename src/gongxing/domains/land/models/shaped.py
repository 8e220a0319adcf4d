"""Rows with a shape on the ground."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.database.rows import Row

SHAPE_FIELDS = ("shape", "west", "south", "east", "north")
"""The model fields a column of kind ``shape`` writes: the shape and its box."""


class Shaped(Row):
    """A row with a shape: WKB as hexadecimal text in EPSG:4490, longitude before latitude, rounded to 8 decimals (1 mm); "" where nobody drew it.

    ``west`` … ``north`` is its box in degrees, so that a map asks for what it shows without reading shapes.
    """

    shape = models.TextField(_("图形"), blank=True, default="")
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)

    class Meta:
        abstract = True
