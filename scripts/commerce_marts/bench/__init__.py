"""`commerce-marts bench`: how long builds take, what they need, how far they are from SQL alone."""
