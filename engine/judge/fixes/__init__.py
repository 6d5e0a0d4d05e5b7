"""Repairs: what would mend a problem, tried before it is offered.

An entry of the table `FIXES` names the kinds of problem that it is for and proposes fixes for one of them, freely: each
proposal is done on the graph and judged, and only what helps is offered (`trial.py`). A new repair is one function and
its entry, in the module of its subject.
"""
