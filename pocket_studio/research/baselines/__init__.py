"""Networks for comparison: the paper's recurrent form, the one-step VAE, the genre classifier."""
