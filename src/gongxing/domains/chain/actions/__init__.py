"""The verbs of the chain stage: begin from the pack, shape, split, undo, remove, take hints, place and decide firms, answer a survey."""

from gongxing.domains.chain.actions import editing, firms, graph, hints, removing, shape, splitting, survey, undoing

__all__ = ["editing", "firms", "graph", "hints", "removing", "shape", "splitting", "survey", "undoing"]
