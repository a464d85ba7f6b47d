"""Lands the tables of a shop's database in a DuckDB file that builds read.

`tables.py` says which tables, `source.py` reads them with dlt, `landed.py` merges them into the
file. The command line imports only `command.py`: the rest needs the extra `[ingest]`.
"""
