"""Schools: ceilings of teachers' hours, the national trend, devices that arrive meanwhile, printing and shared lessons."""
