"""How dates and times read in each language, where Django's own habit is not ours."""
