"""Games as data: in memory, as lines of JSON, from and to data sets."""
