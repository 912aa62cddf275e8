"""`python -m pipeline` is `vnpress`."""

import sys

from pipeline.cli import main

sys.exit(main())
