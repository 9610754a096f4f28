"""The third parties of the newspaper: each a real little server that tracks its readers as such servers do."""
