"""Offers the documents on every detail page when the site starts."""

from gongxing.kernel.documents.handover import handover_links
from gongxing.kernel.documents.pages import links
from gongxing.kernel.pages.detail import offer_documents

offer_documents(handover_links)
offer_documents(links)
