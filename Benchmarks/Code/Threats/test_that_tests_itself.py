import unittest
def check(candidate): pass
def test_add(): pass
class T(unittest.TestCase):
    def test_nothing(self): pass
def add(a, b):
    return 0
