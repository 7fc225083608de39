/// The part of the warm interpreter's program that finds out objects which answer comparisons by themselves.
enum PythonComparisons {
    static let source = #"""
        class Sentinel:
            "Equal to nothing but itself."

        def equality(guard, prompt):
            "Comparisons that no object of the program decides alone: what is equal to everything is found out."
            get_type = type
            trusted = TRUSTED

            def decides(value):
                for kind in get_type(value).__mro__:
                    # The library's own wildcard: only tests that speak of it mean it.
                    if kind.__name__ == "_ANY" and kind.__module__ == "unittest.mock":
                        return "ANY" not in guard.text
                    # Arrays say by these what an operation on them gives.
                    for name in ("__array_ufunc__", "__array_function__", "__eq__"):
                        method = kind.__dict__.get(name)
                        if method is None:
                            continue
                        code = getattr(method, "__code__", None)
                        if code is not None and not code.co_filename.startswith(trusted):
                            return True
                        if name == "__eq__":
                            return code is None and get_type(method) is not get_type(object.__eq__)
                return False

            def others(value):
                kind = get_type(value)
                seed = int.from_bytes(os.urandom(4), "little") | 1
                if kind in (int, float):
                    return [value + seed, value - seed * 3 - 1, kind(seed)]
                if kind is bool or value is None:
                    return [seed]
                if kind is str:
                    return [value + str(seed), str(seed), value[::-1] + "?" + str(seed)]
                if kind is list:
                    return [value + [seed], [seed], [Sentinel()]]
                if kind is tuple:
                    return [value + (seed,), (seed,), (Sentinel(),)]
                if kind is dict:
                    return [{seed: seed}, {**value, seed: seed}]
                if kind in (set, frozenset):
                    return [value | {seed}, kind([seed])]
                return []

            def near(value):
                "Values beside one, to which what is equal to it is not: a number's neighbours, a text with more or less."
                kind = get_type(value)
                if kind in (int, float):
                    return [value + 1, value - 1]
                if kind is bool:
                    return [not value]
                if kind in (str, bytes):
                    return [value + value[:1] + kind(b"q" if kind is bytes else "q"), value[:-1]] if value else []
                return []

            def holds(a, b):
                try:
                    return bool(a == b)
                except Exception:
                    return False

            containers = (list, tuple, dict, set, frozenset)
            plain = (int, float, str, bool, bytes, complex, get_type(None))
            # A row that speaks of equality asks for one.
            speaks = "__eq__" in guard.text + prompt

            def holds_decider(value):
                "Whether a value, or one of some thousand inside it, says itself what it is equal to."
                left = [value]
                for _ in range(2000):
                    if not left:
                        return False
                    part = left.pop()
                    kind = get_type(part)
                    if kind in containers:
                        left += list(part)[:1000]
                        if kind is dict:
                            left += list(part.values())[:1000]
                    elif kind not in plain and decides(part):
                        return True
                return False

            def doubt(a, b):
                "Values of one side alone have an equality of the program's."
                if not speaks and holds_decider(a) != holds_decider(b):
                    guard.wonder("it says itself what is equal to the tests' values")

            def look(a, b, depth):
                if depth > 6:
                    return
                for one, other in ((a, b), (b, a)):
                    if decides(one):
                        if holds(one, Sentinel()) and not decides(other):
                            guard.say("an object of " + get_type(one).__name__ + " is equal to everything")
                            return
                        tries = others(other)
                        if holds(one, other) and any([holds(one, value) for value in near(other)]):
                            guard.say("an object of " + get_type(one).__name__ + " is equal to several values")
                            return
                        if len(tries) > 1 and all([holds(one, value) for value in tries]):
                            guard.say("an object of " + get_type(one).__name__ + " is equal to everything")
                            return
                if get_type(a) in (list, tuple) and isinstance(b, (list, tuple)):
                    for one, other in list(zip(a, b))[:200]:
                        look(one, other, depth + 1)
                elif get_type(a) is dict and isinstance(b, dict):
                    for key in list(a)[:200]:
                        if key in b:
                            look(a[key], b[key], depth + 1)

            def equal(a, b):
                answer = a == b
                if get_type(answer) is bool and not answer:
                    return answer
                look(a, b, 0)
                doubt(a, b)
                return answer

            def differ(a, b):
                look(a, b, 0)
                return a != b

            def order(a, b, operation):
                answer = operation(a, b)
                if answer is True and (decides(a) or decides(b)):
                    look(a, b, 0)
                return answer

            def within(a, b):
                found = a in b
                if found and get_type(b) in containers:
                    doubt(a, b)
                return found

            def compared(*values):
                "What an assertion is given, seen before the library compares it."
                if len(values) > 1:
                    a, b = values[:2]
                    if holds_decider(a) != holds_decider(b):
                        if holds(a, b):
                            look(a, b, 0)
                            doubt(a, b)
                        elif get_type(b) in containers and a in b:
                            doubt(a, b)
                return values

            return equal, differ, order, within, compared

        """#
}
