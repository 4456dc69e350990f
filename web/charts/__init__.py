"""Outcomes as charts and tables of the same numbers: an outcome in, SVG and rows out."""

from web.charts.chart import CHARTS, Chart, chart_of

__all__ = ["CHARTS", "Chart", "chart_of"]
