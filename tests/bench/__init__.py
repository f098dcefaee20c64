"""Speed beside peers and floors, as ratios. Run by ``make bench``."""
