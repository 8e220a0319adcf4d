"""Verbs: a typed keyword-only function with a permission gives button, dialog, API, transaction, entry and denial test."""
