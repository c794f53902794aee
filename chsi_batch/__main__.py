"""`python -m chsi_batch`, and the entry point of `chsi-batch`."""

import sys

from chsi_batch import cli, console


def main() -> None:
    """Run the command line and leave with its exit code."""
    console.quiet()
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
