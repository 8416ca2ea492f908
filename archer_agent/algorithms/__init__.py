"""The learning algorithms, each in a file that reads like its paper."""
