"""`commerce-marts forget`, killed before a step: python killed_forget.py STEP STEPS_FILE OPTIONS...

STEPS_FILE has the steps of a run that ends.
"""

import sys
from pathlib import Path

from killed_steps import record_steps

from commerce_marts.cli import main

CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "sqlite3.connect")

killed_before, steps_file = int(sys.argv[1]), Path(sys.argv[2])
sys.argv[1:3] = []
steps = record_steps(CHANGES, killed_before)
try:
    main()
finally:
    steps_file.write_text("\n".join(steps))
