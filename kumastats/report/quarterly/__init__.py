"""The quarterly report for managers: one internal page in each language, and a short PDF of it."""
