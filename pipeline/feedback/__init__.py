"""Feedback: the agency's own workbook with its mistakes marked, and a letter."""
