"""Language models as policies and critics: loading, sampling, valuing, stepping."""
