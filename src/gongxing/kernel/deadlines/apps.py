from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    name = "gongxing.kernel.deadlines"
    label = "deadlines"
    verbose_name = _("时限")
    default_auto_field = "django.db.models.BigAutoField"
