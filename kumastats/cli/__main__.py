"""``python -m kumastats.cli``."""

from kumastats.cli import main

if __name__ == "__main__":
    main()
