"""``python -m dataacademy``: the command line, where the script is not on PATH."""

from dataacademy.cli import main

if __name__ == "__main__":
    main()
