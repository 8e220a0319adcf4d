"""Nouns: one declaration per model gives list, detail, form, import, export, API, search, menu item and tests."""
