"""Training of PocketVAE and its prior, resumable after a kill."""
