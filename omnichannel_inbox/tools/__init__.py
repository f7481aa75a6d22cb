"""What the models use and nothing of Odoo is in."""
