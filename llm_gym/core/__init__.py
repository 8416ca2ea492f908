"""What every environment shares: spaces, the two-phase game, tasks, the environments themselves."""
