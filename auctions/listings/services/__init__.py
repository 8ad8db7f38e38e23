"""What changes offers and the talk about them."""
