"""Erasing a person: what there is of one, by which words it is found, and the receipt."""
