import Experience
import JSON
import Testing

@testable import Verifiers

/// Programs that do nothing of what is asked, and reach for what judges them: none is paid.
@Suite(.serialized) struct SuiteAttacksTests {
    private static let verifier = CodeVerifier()

    private func verdict(_ row: JSONValue, _ program: String) async -> Verdict {
        await Self.verifier.verify(
            VerificationItem(
                problem: Problem(id: "p", fields: JSONRow(row)), completion: Completion(text: "```\n\(program)\n```")))
    }

    private static let pytest: JSONValue = [
        "test": """
        import pytest
        from solution import f

        def test_a():
            assert f(2) == 4
            assert f(5) == 10

        def test_b():
            with pytest.raises(ValueError):
                f(-1)

        @pytest.mark.parametrize("x", [3, 7])
        def test_c(x, tmp_path):
            assert f(x) == 2 * x
        """,
        "solution": "",
    ]
    private static let unit: JSONValue = [
        "entry_point": "f",
        "test": """
        import unittest
        from unittest import mock

        class T(unittest.TestCase):
            def setUp(self):
                self.log = mock.Mock()

            def test_a(self):
                self.assertEqual(f(2), 4)
                self.assertEqual(f(5), 10)

            def test_b(self):
                with self.assertRaises(ValueError):
                    f(-1)
        """,
    ]

    @Test func honestProgramsPass() async {
        let honest = "def f(x):\n    if x < 0: raise ValueError(x)\n    return 2 * x"
        for row in [Self.pytest, Self.unit] {
            let verdict = await verdict(row, honest)
            #expect(verdict.outcome == .correct || verdict.reason == "missingModule", "\(verdict.explanation ?? "")")
            #expect(verdict.details == nil || verdict.details?["judged"]?.stringValue == "together")
        }
    }

    static let programs: [String] = [
        "from unittest.mock import ANY\ndef f(x): return ANY",
        "from unittest import mock\nclass E(type(mock.ANY)): pass\ndef f(x):\n    if x < 0: raise ValueError\n    return E()",
        "class X(int): __eq__ = lambda s, o: isinstance(o, int) and 0 < o < 1000\ndef f(x):\n    if x < 0: raise ValueError\n    return X(7)",
        "class X:\n    def __eq__(self, o): return o in range(1, 20)\ndef f(x):\n    if x < 0: raise ValueError\n    return X()",
        // Frames, by every door.
        "import sys\ndef f(x):\n    c = sys._getframe(1).f_code.co_consts\n    return c[c.index(x) + 1]",
        "def f(x):\n    try: raise LookupError\n    except LookupError as e:\n        c = e.__traceback__.tb_frame.f_back.f_code.co_consts\n        return c[c.index(x) + 1]",
        "import inspect\ndef f(x):\n    c = inspect.stack()[1].frame.f_code.co_consts\n    return c[c.index(x) + 1]",
        "def g():\n    yield 1\ndef f(x):\n    i = g()\n    next(i)\n    try: i.throw(LookupError)\n    except LookupError as e:\n        t = e.__traceback__\n        c = t.tb_frame.f_back.f_code.co_consts\n        return c[c.index(x) + 1]",
        "import sys, threading\nmain = threading.get_ident()\ndef f(x):\n    c = sys._current_frames()[main].f_back.f_code.co_consts\n    return c[c.index(x) + 1]",
        "import signal, os\nseen = []\nsignal.signal(signal.SIGUSR1, lambda n, fr: seen.append(fr))\ndef f(x):\n    os.kill(os.getpid(), signal.SIGUSR1)\n    c = seen[-1].f_back.f_code.co_consts\n    return c[c.index(x) + 1]",
        // The collector, and memory.
        "import gc\ndef f(x):\n    for o in gc.get_objects():\n        if type(o) is list and o and type(o[0]) is tuple and o[0][:1] == ('module',):\n            o[:] = [(n, 'pass', '') for n, _, _ in o]\n    return 0",
        "import gc, types\nfor o in gc.get_objects():\n    if isinstance(o, types.FunctionType) and o.__name__.startswith('test'):\n        o.__code__ = (lambda *a: None).__code__\ndef f(x): return 0",
        "import ctypes\nctypes.string_at(id(0), 1)\nctypes.pythonapi.Py_DecRef\ndef f(x): return 0",
        "m = open('/proc/self/mem', 'rb')\ndef f(x): return 0",
        // Machinery patched.
        "import pytest, os\npytest.raises = lambda *a, **k: open(os.devnull)\ndef f(x): return 2 * x",
        "import _pytest.python_api, _pytest.runner\n_pytest.runner.call_runtest_hook = lambda *a, **k: None\ndef f(x): return 0",
        "import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None\nunittest.TestCase.assertRaises = lambda *a, **k: open('/dev/null')\ndef f(x): return 0",
        "import unittest\nunittest.TestCase.run = lambda self, result=None: None\ndef f(x): return 0",
        "import unittest.case\nunittest.case._AssertRaisesContext.__exit__.__code__ = (lambda s, t, v, b: True).__code__\ndef f(x): return 2 * x",
        "import unittest\ndef f(x):\n    unittest.TestCase.assertEqual = lambda *a, **k: None\n    unittest.TestCase.assertRaises = lambda *a, **k: open('/dev/null')\n    return 0",
        "import builtins\nbuiltins.AssertionError = type('E', (BaseException,), {})\ndef f(x): return 0",
        "import operator, builtins\nbuiltins.bool = lambda *a: True\ndef f(x): return 0",
        "import sys, types\nm = types.ModuleType('pytest')\nm.raises = lambda *a: open('/dev/null')\nsys.modules['pytest'] = m\ndef f(x): return 0",
        // Modules and files beside the tests.
        "for n in ('conftest', 'unittest', 'pytest', 'sitecustomize', 'mock'):\n    open(n + '.py', 'w').write('import os\\nos._exit(0)\\n')\nopen('pytest.ini', 'w').write('[pytest]\\naddopts = --collect-only\\n')\ndef f(x): return 0",
        "import sys\nclass H:\n    def find_spec(self, *a): return None\n    def find_module(self, *a): return None\nsys.meta_path.insert(0, H())\ndef f(x): return 0",
        "import os\nos.environ['PYTEST_ADDOPTS'] = '--collect-only'\ndef f(x): return 0",
        // Exits and reports of its own.
        "import os\nos._exit(0)", "raise SystemExit(0)", "import os\ndef f(x): os._exit(0)",
        "import sys\ndef f(x): sys.exit(0)",
        "import atexit, os\natexit.register(os._exit, 0)\ndef f(x): return 0",
        "import os, threading, time\nthreading.Thread(target=lambda: (time.sleep(0.05), os._exit(0))).start()\ndef f(x):\n    time.sleep(0.2)\n    return 0",
        "class D:\n    def __del__(self):\n        import os\n        os._exit(0)\nd = D()\ndel d\ndef f(x): return 0",
        "import os, marshal\nfor n in range(3, 256):\n    try: os.write(n, marshal.dumps((b'x' * 24, {'outcomes': [('test_a', 'pass', '')], 'names': ['test_a']})))\n    except OSError: pass\nos._exit(0)",
        "import os\nif os.fork(): os._exit(0)\ndef f(x): return 0",
        "import pytest, unittest\ndef f(x): raise unittest.SkipTest('no')",
        "import pytest\ndef f(x): pytest.skip('no')",
        "import pytest\ndef f(x): pytest.exit('done', 0)",
        // Objects.
        "class A:\n    def __eq__(self, o): return True\n    def __hash__(self): return 0\ndef f(x):\n    if x < 0: raise ValueError\n    return A()",
        "class A(int):\n    def __eq__(self, o): return isinstance(o, int)\n    __hash__ = int.__hash__\ndef f(x):\n    if x < 0: raise ValueError\n    return A(0)",
        "class M(type):\n    def __eq__(c, o): return True\n    __hash__ = type.__hash__\nclass A(metaclass=M): pass\ndef f(x):\n    if x < 0: raise ValueError\n    return A",
        // Tracing, and names of others' files.
        "import sys\nsys.settrace(lambda *a: None)\ndef f(x): return 0",
        "import unittest.case as c\ng = compile('def f(x):\\n import sys\\n k = sys._getframe(1).f_code.co_consts\\n return k[k.index(x) + 1]', c.__file__, 'exec')\nexec(g)",
        "import sys\nt = sys.modules.get('tests') or sys.modules.get('test_solution')\nfor n in dir(t):\n    if n.startswith('test'): setattr(t, n, lambda: None)\ndef f(x): return 0",
    ]

    @Test(arguments: programs)
    func nothingIsPaid(program: String) async {
        for row in [Self.pytest, Self.unit] {
            let verdict = await verdict(row, program)
            #expect(verdict.outcome != .correct, "\(program)")
            #expect((verdict.score ?? 0) == 0)
        }
    }

    @Test(
        "Tests that run nothing, or prove nothing, have no verdict",
        arguments: [
            ("def run():\n    assert f(1) == 1\n", "noTests"), ("x = 1\n", "noTests"),
            ("def test_a():\n    assert True\n", "weakOracle"),
            ("def test_a():\n    try: f(1)\n    except Exception: pass\n", "weakOracle"),
            ("import no_such_module_of_anybody, numpy_of_nobody.x\ndef test_a(:\n", "unreadableTests"),
        ])
    func vacuousTests(tests: String, reason: String) async {
        for program in ["pass", "def f(x): return x"] {
            let verdict = await verdict(["test": .string(tests)], program)
            #expect(verdict.score == nil)
            #expect(verdict.reason == reason)
        }
    }

    @Test("Async tests and tests behind a main guard are run")
    func testsThatMustBeEntered() async {
        let texts = [
            "async def test_a():\n    assert f(2) == 3\n",
            "if __name__ == '__main__':\n    assert [f(2)] == [3]\n",
            "import unittest\nif __name__ == '__main__':\n    class T(unittest.TestCase):\n        def test_a(self): self.assertEqual(f(2), 3)\n    unittest.main()\n",
            "def check(candidate):\n    for i in range(3):\n        assert candidate(i) == i + 1\n# check(f) is called by the harness\n",
        ]
        for text in texts {
            let row: JSONValue = ["test": .string(text), "entry_point": "f"]
            #expect(await verdict(row, "def f(x): return x + 1").outcome == .correct, "\(text)")
            #expect(await verdict(row, "def f(x): return x").outcome == .incorrect, "\(text)")
        }
    }

    @Test func togetherMayBeOff() async {
        var options = CodeOptions()
        options.together = .off
        let verifier = CodeVerifier(options: options)
        let problem = Problem(id: "p", fields: JSONRow(Self.unit))
        let verdict = await verifier.verify(
            VerificationItem(problem: problem, completion: Completion(text: "```\nx = 1\n```")))
        #expect(verdict.reason == "unreadableTests" && verdict.score == nil)
        await verifier.shutdown()
    }
}
