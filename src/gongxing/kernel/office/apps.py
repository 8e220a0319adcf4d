from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "gongxing.kernel.office"
    label = "office"
    verbose_name = _("机构与授权")
    default_auto_field = "django.db.models.BigAutoField"
