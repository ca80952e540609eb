"""The report: the round's outline, item by item.

It has figures where the outline asks for figures, and agencies' words where it asks for words.
"""
