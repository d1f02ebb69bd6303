"""The pages of the inbox: may you, is it well-formed, do it, show it."""
