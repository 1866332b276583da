"""What music is made of here, as pure values: grid, kit, genres, grooves, patterns, shaping."""
