"""Results of the verbs that ask one model: rates, training, traffic, fleets, forecasts, scores."""
