"""The only writers of this app's rows: one transaction, one lock, one announcement each."""
