"""Raw files: which there are, how they are read, and what is wrong with them."""
