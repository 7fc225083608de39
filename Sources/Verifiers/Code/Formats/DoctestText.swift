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
                import doctest
                test = doctest.DocTestParser().get_doctest(\(JSONValue.string(text).text), dict(globals()), "examples", None, 0)
                runner = doctest.DocTestRunner(verbose=False)
                runner.run(test, out=lambda text: None)
                assert runner.tries > 0 and runner.failures == 0

            """
    }
}
