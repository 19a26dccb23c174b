"""`python -m tests.torture [NAME…]`: the long forms of tests, each a module here whose `main` gives its figures."""

import pkgutil
import sys
from importlib import import_module

from tests import torture

for name in sys.argv[1:] or [module.name for module in pkgutil.iter_modules(torture.__path__)]:
    main = getattr(import_module(f"tests.torture.{name}"), "main", None)
    if main is not None:
        print(main(), flush=True)
