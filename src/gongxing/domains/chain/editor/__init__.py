"""Changing a chain: its shape on a board, history, splitting, files of a chain, hints from product relations."""
