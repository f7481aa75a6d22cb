"""What all networks speak."""
