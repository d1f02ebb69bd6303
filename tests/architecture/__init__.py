"""The shape of the house: contracts, documents, templates, colours."""
