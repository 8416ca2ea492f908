"""Twenty Questions: find the hidden object with yes/no questions."""
