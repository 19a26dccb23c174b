"""`python -m console` is `warroom`."""

from console.cli.main import main

if __name__ == "__main__":
    main()
