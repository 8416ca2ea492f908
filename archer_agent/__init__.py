"""ArCHer: hierarchical multi-turn reinforcement learning for language-model agents."""
