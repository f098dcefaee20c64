"""What the notebooks say: each chapter asks the library, and returns its findings with their figures."""
