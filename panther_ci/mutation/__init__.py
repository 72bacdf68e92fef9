"""`panther-ci mutate`: small faults in a detection, and whether its cases notice them."""
