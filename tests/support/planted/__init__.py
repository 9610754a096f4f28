"""The planted newspaper: a good notice of the paper's own, and one plant on each page that breaks one thing."""
