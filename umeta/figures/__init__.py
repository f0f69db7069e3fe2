"""Figures: results → plotly figures and colours, by pure functions that know no app, no files and no state."""
