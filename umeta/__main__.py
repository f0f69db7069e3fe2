"""`python -m umeta` is the same as the `umeta` command."""

from umeta.cli import main

if __name__ == "__main__":
    main()
