"""Outcomes as pictures and as tables that say the same: an outcome in, SVG and rows out."""

from web.charts.chart import CHARTS, Chart, chart_of

__all__ = ["CHARTS", "Chart", "chart_of"]
