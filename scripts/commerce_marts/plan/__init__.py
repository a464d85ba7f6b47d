"""What a build is asked for, and what it takes."""
