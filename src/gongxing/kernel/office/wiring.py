"""Registers this folder's sentences and pages when the site starts."""

from django.utils.translation import gettext_lazy as _

from gongxing.kernel.inbox.handover import handover_todos
from gongxing.kernel.inbox.todo import provide_todos
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.office.panels import post_panels, slip_panels
from gongxing.kernel.office.sentences import SENTENCES
from gongxing.kernel.pages.detail import offer_panels
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.sentences import name_verbs

add_sentences(SENTENCES)
name_verbs({"office.give_handover": _("确认移交"), "office.take_handover": _("确认接收")})
provide_todos(handover_todos)
offer_panels("org.post", post_panels)
offer_panels("org.handover", slip_panels)
declare_page(ExtraPage(_("交接"), "handover", "arrows-right-left", "office", "org.post", "handover"))
declare_page(ExtraPage(_("规则包"), "packs", "book-2", "office", "packs.packedit"))
declare_page(ExtraPage(_("一表通：重复填报"), "burden", "copy", "考", "burden.formcount"))
declare_page(ExtraPage(_("留痕"), "trail", "history", "office", "org.unit", "audit"))
