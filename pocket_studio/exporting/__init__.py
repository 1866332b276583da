"""What leaves the studio: files of every kind, and figures."""
