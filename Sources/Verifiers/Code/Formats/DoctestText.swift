import JSON

/// Tests as a session with Python shows them: `>>> add(1, 2)` and what it prints.
enum DoctestText {
    /// A test program that runs the examples of a text by Python's own `doctest`; nil for a text that is no such session.
    static func program(_ text: String) -> String? {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.contains(where: { $0.drop(while: \.isWhitespace).hasPrefix(">>> ") }),
            !["assert ", "assert(", "unittest", "self.assert", "doctest"].contains(where: text.contains)
        else { return nil }
        return """
            def test_doctest():
                import ast, doctest
                text = \(JSONValue.string(text).text)
                try:
                    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
                    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
                    texts = [ast.get_docstring(node) or "" for node in nodes]
                except SyntaxError:
                    texts = [text]
                runner = doctest.DocTestRunner(verbose=False)
                for text in texts:
                    test = doctest.DocTestParser().get_doctest(text, dict(globals()), "examples", None, 0)
                    runner.run(test, out=lambda text: None)
                assert runner.tries > 0 and runner.failures == 0

            """
    }
}
