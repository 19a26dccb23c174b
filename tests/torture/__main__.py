"""`python -m tests.torture [NAME [NUMBER…]]…`: the long forms of tests, each a module whose `main` gives its figures.

The numbers behind a name are those that its `main` takes.
"""

import pkgutil
import sys
from importlib import import_module

from tests import torture

runs: list[tuple[str, list[int]]] = []
for word in sys.argv[1:] or [module.name for module in pkgutil.iter_modules(torture.__path__)]:
    if word.isdigit():
        runs[-1][1].append(int(word))
    else:
        runs.append((word, []))
for name, numbers in runs:
    main = getattr(import_module(f"tests.torture.{name}"), "main", None)
    if main is not None:
        print(main(*numbers), flush=True)
