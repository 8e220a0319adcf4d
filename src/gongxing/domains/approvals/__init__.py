"""批: approvals with a lawful clock.

A case is one item of one project; items, limits and what may stop a clock are rows of ``packs/approvals``. What happened to a case (dates, stops,
extension) is written by its verbs or imported; its clocks follow from that, and every due date opens its day-by-day proof.
"""
