"""What the tests share: real servers on free ports, a real browser."""
