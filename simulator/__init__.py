"""A strict stand-in of the networks' servers, and the customer's phone as a page.

It knows what the networks document and nothing of who talks to it.
"""
