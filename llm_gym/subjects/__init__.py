"""What is hidden: the published lists of subjects, which the games draw from and the oracles know."""
