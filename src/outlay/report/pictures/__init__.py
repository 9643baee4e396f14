"""The pictures of single questions: a stage's typed result in, a Vega-Lite specification out."""
