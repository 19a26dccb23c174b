"""The proof that the rules of the built-in playbooks are tested: `python -m tests.prove`."""
