from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "gongxing.kernel.access"
    label = "access"
    verbose_name = _("授权")
    default_auto_field = "django.db.models.BigAutoField"
