"""PocketVAE (sections 3.4.1-3.4.5): SKEL, NOTE, VEL, TIME, the code prior and their checkpoint."""
