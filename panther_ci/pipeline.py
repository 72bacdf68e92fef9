"""Orders the steps of a run and returns its report."""
