"""Templates over REST: read, synced and previewed; made, edited and deleted at Meta."""
