"""The builders of pictures: typed marks in, a Vega-Lite specification out."""
