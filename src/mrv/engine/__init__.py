"""From a checked methodology, valid tables and resolved factors to results.

The rooms in order: ``planner`` makes the plan, ``sql`` writes it, ``session`` binds it to data,
``run`` asks for the report. ``reference`` evaluates the same plan without SQL.
"""
