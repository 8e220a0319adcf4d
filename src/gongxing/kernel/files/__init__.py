"""Uploaded and produced files: stored once by content, described by a row, opened only by who may."""
