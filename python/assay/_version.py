"""One number for this package and the program; the commit is filled in where a wheel is made."""

NUMBER = "0.1.0"
COMMIT = ""
__version__ = f"{NUMBER}+{COMMIT}" if COMMIT else NUMBER
