"""Whether the tests would notice that a rule of the process is taken out: `python -m tests.taken_out [WORDS]`."""
