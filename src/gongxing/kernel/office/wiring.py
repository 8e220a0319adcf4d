"""Registers this folder's sentences and pages when the site starts."""

from django.utils.translation import gettext_lazy as _

from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.office.sentences import SENTENCES
from gongxing.kernel.pages.extra import ExtraPage, declare_page

add_sentences(SENTENCES)
declare_page(ExtraPage(_("规则包"), "packs", "book-2", "office", "packs.packedit"))
declare_page(ExtraPage(_("一表通：重复填报"), "burden", "copy", "考", "burden.formcount"))
declare_page(ExtraPage(_("留痕"), "trail", "history", "office", "org.unit", "audit"))
