"""The one outermost layer: who may ask what, how much, and what no answer may carry."""
