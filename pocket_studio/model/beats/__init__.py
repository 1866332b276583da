"""PocketVAE over beats: the paper's steps with the loop seen as eight beats.

`trunk` is what the networks share, `note` and `prior` are NOTE and the prior over its codes,
`expression` VEL and TIME as densities, `pocket_vae` all of them (docs/decisions/0017-beats.md).
"""
