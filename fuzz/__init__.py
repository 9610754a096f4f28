"""Coverage-guided fuzzing: each target opens with what must hold for every input."""
