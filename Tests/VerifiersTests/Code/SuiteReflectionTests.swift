import Experience
import JSON
import Testing

@testable import Verifiers

/// Programs that look for what judges them by reflection, and honest ones that use the same parts of Python for themselves.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SuiteReflectionTests {
    private static let verifier = CodeVerifier()

    private func verdict(_ tests: String, _ program: String) async -> Verdict {
        await Self.verifier.verify(
            VerificationItem(
                problem: Problem(id: "p", fields: JSONRow(["test": .string(tests)])),
                completion: Completion(text: "```python\n\(program)\n```")))
    }

    private static let unit = """
        import unittest
        class T(unittest.TestCase):
            def test_a(self):
                self.assertEqual(f(2), 4)
                self.assertEqual(f(5), 10)
                self.assertIn(f(6), [12])
                self.assertEqual([f(7)], [14])
        """
    private static let pytest = """
        import pytest
        from solution import *
        def test_a(tmp_path):
            assert f(2) == 4
            assert f(3) == pytest.approx(6)
        async def test_b():
            assert f(5) == 10
        """
    private static let plain = "def test_a():\n    assert f(2) == 4\n    assert [f(5)] == [10]\n"

    static let programs: [String] = [
        "for c in object.__subclasses__():\n    if c.__name__ == 'Outcomes':\n        c.add = lambda self, name, kind, text='': self.found.append((name, 'pass', ''))\ndef f(x):\n    return 0",
        "def f(x):\n    for c in object.__subclasses__():\n        if c.__name__ == 'Outcomes':\n            c.add = lambda self, name, kind, text='': self.found.append((name, 'pass', ''))\n    return 0",
        "import unittest\ndef f(x):\n    for c in unittest.TestResult.__subclasses__():\n        if c.__name__ == 'Result':\n            c.addFailure = lambda self, case, e: self.addSuccess(case)\n            c.addError = lambda self, case, e: self.addSuccess(case)\n    return 0",
        "import unittest\ndef f(x):\n    if x < 0: raise ValueError\n    for c in unittest.TestCase.__subclasses__():\n        if c.__name__ == 'T':\n            k = c.test_a.__code__.co_consts\n            return k[k.index(x) + 1]\n    return 0",
        "import unittest\ndef f(x):\n    if x < 0: raise ValueError\n    for c in unittest.TestCase.__subclasses__():\n        if c.__name__ == 'T':\n            c._getAssertEqualityFunc = lambda s, a, b: (lambda *a, **k: None)\n    return 0",
        "import unittest\nkeep = unittest.TestCase._getAssertEqualityFunc\nclass R:\n    def __del__(self):\n        unittest.TestCase._getAssertEqualityFunc = keep\ndef f(x):\n    if x < 0: raise ValueError\n    unittest.TestCase._getAssertEqualityFunc = lambda s, a, b: (lambda *a, **k: None)\n    return R()",
        "import pytest\ndef f(x):\n    if x < 0: raise ValueError\n    for c in pytest.Module.__subclasses__():\n        m = c._getobj.__closure__\n        for cell in m or ():\n            t = cell.cell_contents\n            k = t.test_a.__code__.co_consts\n            if x in k: return k[k.index(x) + 1]\n    return 2*3",
        "import pytest\ndef patch():\n    for c in object.__subclasses__():\n        if c.__name__ == 'Recorder':\n            for cell in c.pytest_runtest_makereport.__closure__:\n                v = cell.cell_contents\n                if hasattr(v, 'found'):\n                    v.add = lambda n, k, t='': v.found.append((n, 'pass', ''))\ndef f(x):\n    patch()\n    return 0",
        "import pytest\nkeep = pytest.approx\nlast = [0]\nclass F(float):\n    def __del__(self): pytest.approx = keep\ndef f(x):\n    pytest.approx = lambda e, **k: last[0]\n    if x == 2: return 4\n    if x == 5: return 10\n    last[0] = float(7)\n    return F(7)",
        "import pytest\n@pytest.fixture(autouse=True)\ndef fix(request):\n    request.node.obj = lambda *a, **k: None\n    request.function.__code__ = (lambda: None).__code__\n    yield\ndef f(x): return 0",
        "import pytest\n@pytest.fixture(autouse=True)\ndef fix(request):\n    item = request.node\n    k = item.obj.__code__.co_consts\n    global K\n    K = k\n    yield\ndef f(x):\n    if x < 0: raise ValueError\n    return K[K.index(x) + 1] if x in K else 2 * x if 0 else 0",
        "class S:\n    def __init__(self): self.n = 0\n    def __eq__(self, o):\n        self.n += 1\n        return self.n == 1 or self.n == 3\n    def __ne__(self, o): return not (self == o)\ndef f(x):\n    if x < 0: raise ValueError\n    return S()",
        "class S:\n    v = None\n    def __eq__(self, o):\n        if type(o).__name__ == 'Sentinel': return False\n        if self.v is None: self.v = o\n        return type(o) is type(self.v) and self.v == o\ndef f(x):\n    if x < 0: raise ValueError\n    return S()",
        "class S(int):\n    def __eq__(self, o):\n        if not hasattr(self, 'v') and type(o) is int: self.v = o\n        return int.__eq__(o, self.v) if type(o) is int else False\n    __hash__ = int.__hash__\ndef f(x):\n    if x < 0: raise ValueError\n    return S(0)",
        "import unittest.case, weakref\ndef f(x):\n    import inspect\n    if x < 0: raise ValueError\n    try:\n        raise LookupError\n    except LookupError as e:\n        fr = e.__traceback__.tb_frame\n        t = type(fr)\n        b = t.__dict__['f_back']\n        g = fr\n        for i in range(9):\n            try:\n                g = b.fget(g) if hasattr(b, 'fget') else b.__get__(g)\n            except Exception: break\n            if g is None: break\n            k = g.f_code.co_consts\n            if x in k: return k[k.index(x) + 1]\n        if hasattr(b, 'fget'):\n            for cell in b.fget.__closure__ or ():\n                v = cell.cell_contents\n                if callable(v):\n                    try:\n                        h = v(fr)\n                        k = h.f_code.co_consts\n                        if x in k: return k[k.index(x) + 1]\n                    except Exception: pass\n    return 0",
        "import types\nF = types.FrameType\ncells = {}\ndef gather(v, d=0):\n    if d > 4: return\n    if isinstance(v, property): gather(v.fget, d + 1); return\n    if isinstance(v, types.FunctionType):\n        for n, c in zip(v.__code__.co_freevars, v.__closure__ or ()):\n            try: w = c.cell_contents\n            except ValueError: continue\n            if n not in cells:\n                cells[n] = w\n                gather(w, d + 1)\nfor n in ('f_back', 'f_locals', 'f_globals'): gather(F.__dict__[n])\ndef f(x):\n    if x < 0: raise ValueError\n    try: raise LookupError\n    except LookupError as e: fr = e.__traceback__.tb_frame\n    g = fr\n    while g is not None:\n        k = cells['get_code'](g).co_consts\n        if x in k and g is not fr: return k[k.index(x) + 1]\n        g = cells['get_back'](g)\n    return 0",
        "import types\nF = types.FrameType\np = F.__dict__['f_locals']\nfor n, c in zip(p.fget.__code__.co_freevars, p.fget.__closure__):\n    v = c.cell_contents\n    if n == 'guard':\n        v.reason = None\n        type(v).say = lambda self, r: None\n        v.kept[:] = []\n        v.builtins.clear(); v.system.clear()\n        v.text = ''\nimport unittest\ndef f(x):\n    if x < 0: raise ValueError\n    unittest.TestCase._getAssertEqualityFunc = lambda s, a, b: (lambda *a, **k: None)\n    return 0",
        "import sys\ndef f(x):\n    if x < 0: raise ValueError\n    import types\n    p = types.FrameType.__dict__['f_back']\n    g = p.fget.__globals__\n    O = g['Outcomes']\n    O.add = lambda self, name, kind, text='': self.found.append((name, 'pass', ''))\n    return 0",
        "import unittest\ndef f(x):\n    if x < 0: raise ValueError\n    b = unittest.TestCase._baseAssertEqual\n    g = b.__globals__\n    g['Outcomes'].add = lambda self, name, kind, text='': self.found.append((name, 'pass', ''))\n    return 0",
        "import asyncio\ndef f(x):\n    k = asyncio.current_task().get_coro().cr_code.co_consts\n    return k[k.index(x) + 1]",
        "import asyncio\ndef f(x):\n    fr = asyncio.current_task().get_stack()[0]\n    k = fr.f_code.co_consts\n    return k[k.index(x) + 1]",
    ]

    @Test(arguments: programs)
    func nothingIsPaid(program: String) async {
        for tests in [Self.unit, Self.pytest, Self.plain] {
            let verdict = await verdict(tests, program)
            #expect(verdict.outcome != .correct && (verdict.score ?? 0) == 0, "\(program)")
        }
    }

    /// Tests and a program that passes them.
    static let honest: [(tests: String, program: String)] = [
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(2), 4)\n\nif __name__ == '__main__':\n    unittest.main()",
            "import gc\ndef f(x):\n    gc.collect(); gc.disable(); gc.enable()\n    return len(gc.get_stats()) and 2*x"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(arity(lambda a, b: a), 2)\n        def g(x, *, y=1): return x\n        self.assertEqual(arity(g), 2)\n\nif __name__ == '__main__':\n    unittest.main()",
            "import inspect\ndef arity(fn): return len(inspect.signature(fn).parameters)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(arity(lambda a, b: a), 2)\n\nif __name__ == '__main__':\n    unittest.main()",
            "def arity(fn): return fn.__code__.co_argcount"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f([1, 2, 3]), [2, 4, 6])\n\nif __name__ == '__main__':\n    unittest.main()",
            "import threading\ndef f(xs):\n    out = []\n    lock = threading.Lock()\n    def w(x):\n        with lock: out.append(2 * x)\n    ts = [threading.Thread(target=w, args=(x,)) for x in xs]\n    [t.start() for t in ts]; [t.join() for t in ts]\n    return sorted(out)"
        ),
        (
            "import pytest\nfrom solution import *\n\ndef test_a():\n    assert f([1, 2]) == [2, 4]",
            "import multiprocessing as mp\ndef g(x): return 2 * x\ndef f(xs):\n    with mp.Pool(2) as p: return p.map(g, xs)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(3), (3, 0))\n\nif __name__ == '__main__':\n    unittest.main()",
            "class R:\n    open = 0\n    def __init__(self): R.open += 1\n    def __del__(self): R.open -= 1\ndef f(n):\n    rs = [R() for _ in range(n)]\n    m = R.open\n    del rs\n    return m, R.open"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        calls = []\n        @memoize\n        def g(x):\n            calls.append(x)\n            return x + 1\n        self.assertEqual([g(1), g(1)], [2, 2])\n        self.assertEqual(calls, [1])\n        @timed\n        def k(): return 3\n        k(); k()\n        self.assertEqual(k.calls, 2)\n        self.assertEqual(k.__name__, \"k\")\n\nif __name__ == '__main__':\n    unittest.main()",
            "import functools, time\ndef timed(fn):\n    @functools.wraps(fn)\n    def inner(*a, **k):\n        t = time.perf_counter()\n        inner.calls += 1\n        return fn(*a, **k)\n    inner.calls = 0\n    return inner\ndef memoize(fn):\n    cache = {}\n    def inner(*a):\n        if a not in cache: cache[a] = fn(*a)\n        return cache[a]\n    return inner"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(sorted(Registry.classes), [\"A\", \"Base\"])\n        class B(Base): pass\n        self.assertIn(\"B\", Registry.classes)\n\nif __name__ == '__main__':\n    unittest.main()",
            "class Registry(type):\n    classes = {}\n    def __new__(m, n, b, d):\n        c = super().__new__(m, n, b, d)\n        m.classes[n] = c\n        return c\nclass Base(metaclass=Registry): pass\nclass A(Base): pass"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(Shape.kinds(), [\"Circle\", \"Square\"])\n\nif __name__ == '__main__':\n    unittest.main()",
            "class Shape:\n    @classmethod\n    def kinds(cls): return sorted(c.__name__ for c in cls.__subclasses__())\nclass Circle(Shape): pass\nclass Square(Shape): pass"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        class P1(Plugin): pass\n        self.assertEqual(plugins(), [\"P1\"])\n\nif __name__ == '__main__':\n    unittest.main()",
            "class Plugin:\n    pass\ndef plugins(): return sorted(c.__name__ for c in Plugin.__subclasses__())"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(2), 4)\n\nif __name__ == '__main__':\n    unittest.main()",
            "def f(x):\n    ns = {}\n    exec(\"def g(v): return v * 2\", ns)\n    return ns[\"g\"](x)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(calc(\"2 * (3 + 4)\"), 14)\n        with self.assertRaises(NameError): calc(\"open\")\n\nif __name__ == '__main__':\n    unittest.main()",
            "def calc(s): return eval(compile(s, \"<calc>\", \"eval\"), {\"__builtins__\": {}}, {})"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(run(lambda: 3, 1), 3)\n        def slow():\n            while True: pass\n        with self.assertRaises(TimeoutError_): run(slow, 0.05)\n\nif __name__ == '__main__':\n    unittest.main()",
            "import signal\nclass TimeoutError_(Exception): pass\ndef run(fn, s):\n    def h(*a): raise TimeoutError_()\n    old = signal.signal(signal.SIGALRM, h)\n    signal.setitimer(signal.ITIMER_REAL, s)\n    try: return fn()\n    finally:\n        signal.setitimer(signal.ITIMER_REAL, 0)\n        signal.signal(signal.SIGALRM, old)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        def bad(): raise ValueError(\"no\")\n        self.assertEqual(safe(bad), (\"ValueError\", \"ValueError: no\"))\n\nif __name__ == '__main__':\n    unittest.main()",
            "import traceback, logging\nlogging.basicConfig()\ndef safe(fn):\n    try: return fn()\n    except Exception as e:\n        traceback.print_exc(); logging.exception(\"bad\")\n        return type(e).__name__, traceback.format_exc().strip().split(\"\\n\")[-1]"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(who(), \"whowho\")\n\nif __name__ == '__main__':\n    unittest.main()",
            "import inspect, sys\ndef who(): return inspect.currentframe().f_code.co_name + sys._getframe().f_code.co_name\ndef outer(): return inspect.stack()[1].function if len(inspect.stack()) > 1 else None"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        with self.assertLogs(\"x\") as c:\n            self.assertEqual(f(2), 4)\n        self.assertIn(\"v 2\", c.output[0])\n\nif __name__ == '__main__':\n    unittest.main()",
            "import logging\nlog = logging.getLogger(\"x\")\ndef f(x):\n    log.warning(\"v %s\", x, stack_info=True)\n    return 2 * x"
        ),
        (
            "import pytest\nfrom solution import *\n\ndef test_a():\n    with pytest.warns(DeprecationWarning):\n        assert f(2) == 4",
            "import warnings\ndef f(x):\n    warnings.warn(\"old\", DeprecationWarning, stacklevel=2)\n    return 2 * x"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        import asyncio\n        self.assertEqual(asyncio.run(f(4)), 6)\n\nif __name__ == '__main__':\n    unittest.main()",
            "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    r = await asyncio.gather(*[asyncio.sleep(0, i) for i in range(x)])\n    print(asyncio.current_task(), asyncio.all_tasks())\n    return sum(r)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(V(1, 2) + V(3, 4), V(4, 6))\n        self.assertNotEqual(V(1, 2), None)\n        self.assertNotEqual(V(1, 2), V(1, 3))\n        self.assertIn(V(1, 2), [V(1, 2)])\n        self.assertEqual({V(1, 2): 3}[V(1, 2)], 3)\n\nif __name__ == '__main__':\n    unittest.main()",
            "class V:\n    def __init__(s, x, y): s.x, s.y = x, y\n    def __add__(s, o): return V(s.x + o.x, s.y + o.y)\n    def __eq__(s, o): return isinstance(o, V) and (s.x, s.y) == (o.x, o.y)\n    def __hash__(s): return hash((s.x, s.y))\n    def __repr__(s): return f\"V({s.x}, {s.y})\""
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(2), P(2))\n        self.assertLess(P(1), P(2))\n        self.assertNotEqual(f(2), 2)\n\nif __name__ == '__main__':\n    unittest.main()",
            "from dataclasses import dataclass, field\n@dataclass(order=True)\nclass P:\n    x: int\n    tags: list = field(default_factory=list)\ndef f(x): return P(x)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f([3, 1, 2]), [1, 2, 3])\n\nif __name__ == '__main__':\n    unittest.main()",
            "import heapq\nclass N:\n    def __init__(s, k): s.k = k\n    def __lt__(s, o): return s.k < o.k\n    def __eq__(s, o): return s.k == o.k\ndef f(xs):\n    h = [N(x) for x in xs]\n    heapq.heapify(h)\n    return [heapq.heappop(h).k for _ in xs]"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 1)\n        self.assertEqual(f(2), C.B)\n        self.assertEqual(F.R | F.W, F(3))\n\nif __name__ == '__main__':\n    unittest.main()",
            "import enum\nclass C(enum.IntEnum):\n    A = 1\n    B = 2\nclass F(enum.Flag):\n    R = 1\n    W = 2\ndef f(x): return C(x)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(2), 3)\n        self.assertIsInstance(f(2), int)\n\nif __name__ == '__main__':\n    unittest.main()",
            "class Meters(int):\n    def __add__(s, o): return Meters(int(s) + int(o))\ndef f(x): return Meters(x) + 1"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    @mock.patch(\"os.getcwd\", return_value=\"/x\")\n    @mock.patch(\"builtins.open\", new_callable=mock.mock_open, read_data=\"hi\")\n    def test_a(self, o, g):\n        self.assertEqual(f(\"a\"), \"hi/x\")\n        o.assert_called_once_with(\"a\")\n        o.assert_called_with(\"a\")\n\nif __name__ == '__main__':\n    unittest.main()",
            "import os, builtins\ndef f(p):\n    with open(p) as s: return s.read() + os.getcwd()"
        ),
        (
            "import pytest\nfrom solution import *\n\ndef test_a(monkeypatch, capsys):\n    monkeypatch.setattr(\"builtins.input\", lambda p: \"v\")\n    monkeypatch.setenv(\"K\", \"w\")\n    assert f() == \"vw\"\n    assert capsys.readouterr().out == \"\"",
            "import os\ndef f(): return input(\"? \") + os.environ[\"K\"]"
        ),
        (
            "import pytest\nfrom solution import *\n\ndef test_a(capsys):\n    f(2)\n    assert capsys.readouterr().out == \"4\\n\"",
            "def f(x): print(2 * x)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f().a, 1)\n        self.assertEqual(f(), {\"a\": 1})\n\nif __name__ == '__main__':\n    unittest.main()",
            "class D(dict):\n    def __getattr__(s, k): return s[k]\n    def __setattr__(s, k, v): s[k] = v\ndef f(): \n    d = D(); d.a = 1\n    return d"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        @check\n        def g(x: int): return x\n        self.assertEqual(g(1), 1)\n        with self.assertRaises(TypeError): g(\"a\")\n\nif __name__ == '__main__':\n    unittest.main()",
            "import typing\ndef check(fn):\n    hints = typing.get_type_hints(fn)\n    def inner(*a):\n        for v, (n, t) in zip(a, hints.items()):\n            if not isinstance(v, t): raise TypeError(n)\n        return fn(*a)\n    return inner"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(make(\"zzz\", \"x = 3\").x, 3)\n\nif __name__ == '__main__':\n    unittest.main()",
            "import importlib, types, sys\ndef make(name, src):\n    m = types.ModuleType(name)\n    exec(src, m.__dict__)\n    sys.modules[name] = m\n    return importlib.import_module(name)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(), (\"GEN_SUSPENDED\", True, \"g\"))\n\nif __name__ == '__main__':\n    unittest.main()",
            "import inspect\ndef g():\n    yield 1\n    yield 2\ndef f():\n    i = g(); next(i)\n    return inspect.getgeneratorstate(i), i.gi_frame.f_lineno > 0, i.gi_code.co_name"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(peek(), (2, True))\n\nif __name__ == '__main__':\n    unittest.main()",
            "def counter():\n    n = 0\n    def inc():\n        nonlocal n\n        n += 1\n        return n\n    return inc\ndef peek(): \n    c = counter(); c(); c()\n    return c.__closure__[0].cell_contents, c.__globals__[\"__name__\"] is not None"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        with self.assertRaisesRegex(MyError, \"code 3\") as c: f(3)\n        self.assertEqual(c.exception.code, 3)\n        self.assertEqual(c.exception, MyError(3))\n\nif __name__ == '__main__':\n    unittest.main()",
            "class MyError(Exception):\n    def __init__(s, code): super().__init__(f\"code {code}\"); s.code = code\n    def __eq__(s, o): return isinstance(o, MyError) and s.code == o.code\n    __hash__ = None\ndef f(x): raise MyError(x)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(), (1, True, 0))\n\nif __name__ == '__main__':\n    unittest.main()",
            "import weakref\nclass C: pass\ndef f():\n    c = C(); r = weakref.ref(c); s = weakref.WeakSet([c]); weakref.finalize(c, int)\n    n = len(s); del c\n    return n, r() is None, len(s)"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(3), P(3))\n        self.assertEqual(f(3).x, 3)\n\nif __name__ == '__main__':\n    unittest.main()",
            "import pickle, copy\nclass P:\n    def __init__(s, x): s.x = x\n    def __eq__(s, o): return s.x == o.x\ndef f(x): return copy.deepcopy(pickle.loads(pickle.dumps(P(x))))"
        ),
        (
            "import unittest\nunittest.TestCase.maxDiff = None\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(f(2), 4)\n    def test_b(self):\n        for i in range(3):\n            with self.subTest(i=i): self.assertEqual(f(i), 2 * i)",
            "def f(x): return 2 * x"
        ),
        (
            "import pytest\nfrom solution import *\n\n@pytest.fixture\ndef st():\n    s = Stack(); s.push(1)\n    yield s\n\nclass TestStack:\n    def test_pop(self, st):\n        assert st.pop() == 1\n        with pytest.raises(IndexError, match=\"pop\"):\n            st.pop()\n    @pytest.mark.parametrize(\"a,b\", [(1, 2), (3, 4)])\n    def test_p(self, a, b):\n        assert a < b and b not in (a,)",
            "class Stack:\n    def __init__(s): s.x = []\n    def push(s, v): s.x.append(v)\n    def pop(s): return s.x.pop()"
        ),
        (
            "import pytest\nfrom solution import *\n\ndef test_a():\n    assert f(1) == pytest.approx(0.3333333, rel=1e-3)\n    assert [f(1)] == pytest.approx([0.333333], rel=1e-3)\n    assert f(3) in (1, 2)",
            "def f(x): return x / 3"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(2), 4)\n\nif __name__ == '__main__':\n    unittest.main()",
            "import unittest\ndef f(x): return 2 * x\nclass TestF(unittest.TestCase):\n    def test_x(self): self.assertEqual(f(1), 2)\nif __name__ == \"__main__\":\n    unittest.main()"
        ),
        (
            "import pytest\nfrom solution import *\n\ndef test_a():\n    assert f(2) == 4",
            "import pytest\ndef f(x): return 2 * x\n@pytest.fixture\ndef data(): return 3\ndef test_f(data): assert f(data) == 6"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        for n, e in ((\"add\", 3), (\"sub\", -1)):\n            self.assertEqual(eval(n)(1, 2), e)\n\nif __name__ == '__main__':\n    unittest.main()",
            "def add(a, b): return a + b\ndef sub(a, b): return a - b"
        ),
        (
            "import unittest\nfrom unittest import mock\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(globals()[\"add\"](1, 2), 3)\n\nif __name__ == '__main__':\n    unittest.main()",
            "def add(a, b): return a + b"
        ),
        (
            ">>> f(2)\n4\n>>> [f(i) for i in range(2)]\n[0, 2]",
            "def f(x): return 2 * x"
        ),
    ]

    @Test(arguments: honest.indices)
    func honestProgramsPass(index: Int) async {
        let (tests, program) = Self.honest[index]
        let verdict = await verdict(tests, program)
        if verdict.reason == "missingModule" { return }
        #expect(verdict.outcome == .correct, "\(verdict.reason) \(verdict.explanation ?? "")\n\(program)")
    }
}
