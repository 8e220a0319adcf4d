from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClockConfig(AppConfig):
    name = "gongxing.kernel.clock"
    label = "clock"
    verbose_name = _("时限")
    default_auto_field = "django.db.models.BigAutoField"
