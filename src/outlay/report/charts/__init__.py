"""One module per picture: rows of the result document in, a Vega-Lite specification out."""
