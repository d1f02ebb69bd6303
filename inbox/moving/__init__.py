"""Contacts on their way out and in as tables, CSV or XLSX: cells, columns, rows, files."""
