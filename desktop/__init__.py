"""Depter keeps the registers of a prison offline and turns the monthly files of all prisons into a nation's figures."""

__version__ = "0.1.0"
