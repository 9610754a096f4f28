"""Records the proof: a choice as an entry of exact bytes, and the stores that make it durable."""
