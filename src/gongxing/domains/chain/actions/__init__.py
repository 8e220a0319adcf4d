"""The verbs of the chain stage: begin from the pack, place and decide firms, hold a link to be key, answer a survey."""

from gongxing.domains.chain.actions import editing, firms, survey

__all__ = ["editing", "firms", "survey"]
