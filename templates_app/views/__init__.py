"""The pages of templates: the list and one of it, and the desk where they are made."""
