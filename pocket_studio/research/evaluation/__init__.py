"""Scores of the trained model: reconstruction (section 4.2) and what a user gets."""
