"""The data package: the consolidated tables, for programs and analysts.

It describes itself: nothing beside it is needed to read it.
"""
