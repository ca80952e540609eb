"""The report: the round's outline item by item, with figures where it asks for figures and what agencies wrote where it asks for words."""
