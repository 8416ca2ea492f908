"""What every environment shares: spaces, the two-phase game, tasks, single and vector environments."""
