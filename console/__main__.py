"""`warroom`, which is also `python -m console`."""

import gc

NEW_OBJECTS = 200_000
"""New objects after which Python looks for garbage: reading a command's code makes many, and hardly any garbage."""


def main() -> None:
    gc.set_threshold(max(NEW_OBJECTS, gc.get_threshold()[0]))
    # Read behind it: what is imported is looked through again and again else, and nothing is found.
    from console.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
