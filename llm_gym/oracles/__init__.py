"""Who answers: an oracle takes equally long lists of subjects and questions and returns the answers."""
