"""The shop as a web site: the same state machine as real pages, which work without JavaScript."""
