"""Page plus pushes equals page."""
