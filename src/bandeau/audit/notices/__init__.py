"""What is known of notices: the words of their buttons in every language, and the managers that draw them."""
