"""What is known of builds over time, how old the published data are, and who is told."""
