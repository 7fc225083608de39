import Experience

/// Modules that a row's tests name, and programs that tell whether they are installed: where one is not, the tests fail
/// whatever the program.
enum TestModules {
    struct Module {
        var name: String
        /// Prints "ok" when the module loads.
        var probe: String
    }

    /// Of a row's tests; at most eight, of names that are plain enough to stand in a program. What the row has as files, and
    /// the program itself, are no modules.
    static func named(in suite: TestSuite, language: String) -> [Module] {
        guard let way = ways[language] else { return [] }
        let own = (suite.files.map(\.path) + suite.modules + [suite.solutionFile ?? ""]).map(stem)
        var found: [Module] = []
        let text = [suite.prompt ?? "", suite.prologue, suite.source].joined(separator: "\n")
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if way.comments.contains(where: line.hasPrefix) { continue }
            for opener in way.openers {
                guard let range = line.firstRange(of: opener.text),
                    opener.lines.isEmpty || opener.lines.contains(where: line.hasPrefix)
                else { continue }
                var name = String(line[range.upperBound...].prefix(while: isPlain))
                while let last = name.last, last == "." || last == ":" { name.removeLast() }
                guard !name.isEmpty, way.isForeign(name), !own.contains(stem(name)),
                    !own.contains(String(name.split(separator: ".").last ?? "")), !way.isInside(name, text),
                    !found.contains(where: { $0.name == name })
                else { continue }
                found.append(Module(name: name, probe: way.probe(name)))
                if found.count == 8 { return found }
            }
        }
        return found
    }

    private static func stem(_ path: String) -> String {
        String((path.split(separator: "/").last ?? "").prefix { $0 != "." })
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "@/._-:+".contains(character))
    }

    private struct Way: Sendable {
        /// What stands before a name, and how a line with it begins; with any beginning where that is empty.
        var openers: [(text: String, lines: [String])]
        var comments: [String]
        /// Whether the name may be missing: it is not the language's own.
        var isForeign: @Sendable (String) -> Bool = { _ in true }
        var probe: @Sendable (String) -> String
        /// Whether the text itself has what the name means.
        var isInside: @Sendable (String, String) -> Bool = { _, _ in false }
    }

    /// Debian's package of a module whose name begins so; nil where none is known.
    static func package(of name: String) -> String? {
        packages.first { name == $0.key || name.hasPrefix($0.key + ".") || name.hasPrefix($0.key + "/") }?.value
    }

    private static let packages = """
        junit5 org.junit, libassertj-core-java org.assertj, libjavatuples-java org.javatuples,
        libmockito-java org.mockito, libcommons-lang3-java org.apache.commons.lang3,
        libgoogle-gson-java com.google.gson, libhamcrest-java org.hamcrest,
        golang-github-stretchr-testify-dev github.com/stretchr/testify, node-lodash lodash, lua-unit luaunit,
        ruby-test-unit test, ruby-minitest minitest
        """.synonyms

    private static func anywhere(_ texts: String...) -> [(text: String, lines: [String])] { texts.map { ($0, []) } }
    private static func first(_ texts: String...) -> [(text: String, lines: [String])] { texts.map { ($0, [$0]) } }

    private static let node = Way(
        openers: anywhere("require('", "require(\"") + first("import '", "import \"")
            + [" from '", " from \""].map { ($0, ["import", "export", "}"]) },
        comments: ["//", "*", "/*"],
        isForeign: {
            !$0.hasPrefix(".") && !$0.hasPrefix("/") && !["@jest/globals", "vitest", "jest", "solution"].contains($0)
        },
        probe: { "require('\($0)'); console.log('ok')" })

    private static let ways: [String: Way] = [
        "javascript": node, "typescript": node,
        "lua": Way(
            openers: anywhere("require('", "require(\"", "require \"", "require '"), comments: ["--"],
            probe: { "require('\($0)')\nprint('ok')" }),
        "ruby": Way(
            openers: first("require '", "require \""), comments: ["#"],
            isForeign: { !$0.hasPrefix(".") && !$0.hasPrefix("/") }, probe: { "require '\($0)'\nputs 'ok'" }),
        "perl": Way(
            openers: first("use "), comments: ["#"], isForeign: { $0.first?.isLetter == true },
            probe: { "use \($0);\nprint \"ok\\n\";" }),
        "r": Way(
            openers: anywhere("library(") + first("require("), comments: ["#"],
            probe: { "library(\($0))\ncat('ok')" }),
        "go": Way(
            openers: first("import \"", "\""), comments: ["//"],
            isForeign: { $0.prefix { $0 != "/" }.contains(".") && $0.contains("/") },
            probe: { "package main\nimport _ \"\($0)\"\nimport \"fmt\"\nfunc main() { fmt.Println(\"ok\") }" }),
        "java": Way(
            openers: first("import static ", "import "), comments: ["//", "*", "/*"],
            isForeign: { name in
                name.contains(".") && !["java.", "javax.", "jdk.", "static "].contains(where: name.hasPrefix)
            },
            probe: { name in
                let package = name.split(separator: ".").prefix { $0.first?.isUppercase == false && $0 != "*" }
                return "import \(package.joined(separator: ".")).*;\n"
                    + "public class Main { public static void main(String[] a) { System.out.println(\"ok\"); } }"
            },
            isInside: { name, text in
                let package = name.split(separator: ".").prefix { $0.first?.isUppercase == false && $0 != "*" }
                return text.contains("package \(package.joined(separator: "."));")
            }),
        "rust": Way(
            openers: first("use "), comments: ["//"],
            isForeign: { name in
                !["std", "core", "alloc", "crate", "self", "super"].contains { name == $0 || name.hasPrefix($0 + ":") }
            },
            probe: { name in
                "extern crate \(name.prefix { $0 != ":" });\nfn main() { println!(\"ok\"); }"
            },
            isInside: { name, text in
                let root = String(name.prefix { $0 != ":" })
                return ["mod", "enum", "struct", "trait"].contains { SourceText(text).has($0, root) }
            }),
        "cpp": Way(
            openers: first("#include <", "#include \""), comments: ["//"],
            // Catch's cases have a header of ours.
            isForeign: { ($0.contains("/") || $0.hasSuffix(".hpp")) && !$0.contains("catch") },
            probe: { "#include <\($0)>\n#include <cstdio>\nint main() { puts(\"ok\"); }" }),
    ]
}
