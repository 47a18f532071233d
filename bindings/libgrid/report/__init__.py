"""The report for an office: one self-contained page with its pictures, in Chinese or English."""

from .facts import ReportFacts, response_curve
from .page import picture_svg, render_report
from .public import public_edition
from .workbook import write_workbook

__all__ = ["ReportFacts", "picture_svg", "public_edition", "render_report", "response_curve", "write_workbook"]
