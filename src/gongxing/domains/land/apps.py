from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class LandConfig(AppConfig):
    name = "gongxing.domains.land"
    label = "land"
    verbose_name = pgettext_lazy("several", "土地")
    default_auto_field = "django.db.models.BigAutoField"
