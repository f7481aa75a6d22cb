"""What the product promises, measured: see docs/performance.md."""
