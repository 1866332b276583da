"""PocketVAE over beats: the paper's steps (3.4.1-3.4.5) with the loop seen as eight beats.

In torch, for training and evaluation: `trunk` is what the networks share, `note` and `prior` are
NOTE and the prior over its codes, `expression` VEL and TIME as densities, `pocket_vae` all of them
(docs/decisions/0017-beats.md), `graphs` writes what the studio runs of them, `trained` makes
checkpoints of them.

Without torch, to play: `checkpoint` reads weights and graphs, `sessions` runs the graphs, `player`
is their door, `choosing` takes the decisions that are made beat after beat
(docs/decisions/0018-runtime.md).
"""
