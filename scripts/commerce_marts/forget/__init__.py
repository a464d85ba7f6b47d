"""`commerce-marts forget`: a person's ids and personal values leave every file of ours."""
