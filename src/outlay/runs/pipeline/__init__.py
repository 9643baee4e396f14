"""From a study to a solved plan with its accounts and checks."""
