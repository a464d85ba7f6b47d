"""A build beside the published file, its swap, and the versions that are kept."""
