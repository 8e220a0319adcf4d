from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BurdenConfig(AppConfig):
    name = "gongxing.kernel.burden"
    label = "burden"
    verbose_name = _("填报负担")
    default_auto_field = "django.db.models.BigAutoField"
