"""What people look at: a run as a page, runs side by side, and the command that trains many of them."""
