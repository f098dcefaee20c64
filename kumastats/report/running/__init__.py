"""Running the notebooks of a quarter: what each depends on, in which order, on warm kernels, with progress and a manifest."""
