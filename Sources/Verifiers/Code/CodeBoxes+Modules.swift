import Experience
import JSON

// A module that the row asks for and that is not installed is our failure, not the program's.
extension CodeBoxes {
    /// The fault of tests that did not pass and name such a module.
    func missingModule(_ result: CodeResult, of suite: TestSuite, language: Toolchain.Resolved) -> RowFault? {
        let name = language.language.name
        // Of a crate's tests the crate itself is no module.
        if name == "rust", suite.testFile?.hasPrefix("tests/") == true { return nil }
        guard ![.pass, .tampered, .infrastructureError].contains(result.status),
            isUsable(language, name, program: language.language.sample)
        else { return nil }
        return TestModules.named(in: suite, language: name).first {
            !isUsable(language, "\(name) \($0.name)", program: $0.probe)
        }.map { .missingModule($0.name, language: name) }
    }

    /// The fault of a row that speaks of the module for want of which a Python program failed. What only the program speaks
    /// of is its own affair.
    func missingModule(
        _ result: CodeResult, of item: VerificationItem, language: Toolchain.Resolved
    ) -> RowFault? {
        guard language.language.run.isEmpty, result.rowFault == nil,
            let failed = result.compile ?? result.tests.first(where: { $0.status != .pass && $0.status != .notRun }),
            let name = [failed.explanation, failed.stderr].lazy.compactMap({ $0.flatMap(Self.missing) }).first
        else { return nil }
        let response = JSONValue.string(item.completion.text).text
        let row = (item.problem.fields.value.objectValue ?? []).map(\.value.text).filter { !$0.contains(response) }
        // What a module of the row's reaches for is the row's affair, too.
        let asking = Self.optional.contains(name) ? "pandas" : name
        let words = ["import \(asking)", "from \(asking)", "\"\(asking)\"", "'\(asking)'"]
        guard ([item.problem.prompt.plainText] + row).contains(where: { words.contains(where: $0.contains) }),
            !isUsable(language, "python \(name)", program: "import \(name)\nprint('ok')")
        else { return nil }
        return .missingModule(name, language: "python")
    }

    // https://pandas.pydata.org/docs/getting_started/install.html, optional dependencies
    private static let optional: Set<String> = [
        "lxml", "html5lib", "openpyxl", "xlrd", "tabulate", "pyarrow", "tables", "jinja2", "sqlalchemy", "odf",
    ]

    // A module that was not found, or that pandas would have liked to have.
    private static func missing(_ text: String) -> String? {
        for mark in ["No module named '", "`Import ", "Missing optional dependency '"] {
            guard let start = text.firstRange(of: mark)?.upperBound else { continue }
            let name = text[start...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            if !name.isEmpty { return String(name) }
        }
        return nil
    }
}

extension RowFault {
    fileprivate static func missingModule(_ name: String, language: String) -> RowFault {
        RowFault(
            reason: "missingModule",
            explanation: "the row needs the module '\(name)', which is not installed for \(language): install it"
                + (TestModules.package(of: name).map { " (Debian: \($0))" } ?? ""))
    }
}
