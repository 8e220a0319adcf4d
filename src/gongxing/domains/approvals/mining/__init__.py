"""What really happens to cases: an event log of the county's own cases or of another system, its figures and drawing, and leads on clocks.

``casebook`` makes the log of our cases, ``reading`` that of a file; ``measures`` asks the engine for the figures of one view, ``drawing`` places the map,
``words`` says figures and refusals; ``log_jobs`` keeps the logs of files, ``records`` and ``lead_jobs`` find and keep the leads, ``lead_words`` says them.
"""
