"""The version of the package, which is that of the tool."""

__version__ = "0.1.0"
