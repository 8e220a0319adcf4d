"""Entries: one per write, as sentences for people and as a hash chain for auditors; and the write context that makes them."""
