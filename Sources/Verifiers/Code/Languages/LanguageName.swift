import Experience

/// What data sets call a programming language, as one name.
enum LanguageName {
    private static let exact: [String: String] = """
        python py python2 python3 pypy pypy3, cpp c++ cc cxx g++, c gcc, javascript js node nodejs mjs jsx,
        typescript ts tsx, java, go golang go_test.go, rust rs, bash sh shell zsh, perl pl, ruby rb, php, lua, r,
        csharp cs c#, julia jl, kotlin kt, swift
        """.synonyms
    // Some rows name the language of their statement there.
    private static let natural: Set<String> = [
        "en", "eng", "english", "zh", "chinese", "ru", "russian", "de", "german", "fr", "french", "es", "spanish", "ja",
        "japanese", "ko", "korean", "pt", "it", "hi", "any", "none", "n/a", "unknown", "all", "",
    ]

    /// The name that the table of languages has; nil where the word is no programming language.
    static func canonical(_ word: String) -> String? {
        let word = word.lowercased().trimmed
        if let known = exact[word] { return known }
        if natural.contains(word) || word.hasPrefix("en-") || word.hasPrefix("en_") { return nil }
        if word.hasPrefix("pypy") || word.hasPrefix("python") { return "python" }
        if word.contains("c++") || word.hasPrefix("cpp") || word.hasPrefix("g++") || word.contains("msvc") {
            return "cpp"
        }
        if word.hasPrefix("javascript") || word.hasPrefix("node") { return "javascript" }
        if word.hasPrefix("typescript") { return "typescript" }
        if word.hasPrefix("gnu c") || word.hasPrefix("c1") || word.hasPrefix("c9") { return "c" }
        if word.contains("c#") || word.hasPrefix("mono") { return "csharp" }
        let first = String(word.prefix { $0.isLetter })
        return exact[first] ?? word
    }

    /// The language that a fenced block's tag names; nil for a tag that names none.
    static func ofTag(_ tag: String) -> String? { exact[tag.lowercased()] }

    /// The language that an id of a published row begins with, for example `CPP/152`.
    static func ofTask(_ id: String) -> String? {
        guard id.contains("/") else { return nil }
        let prefix = id.prefix { $0 != "/" }.lowercased()
        let known = [
            "cpp": "cpp", "go": "go", "java": "java", "javascript": "javascript", "rust": "rust", "python": "python",
            "mbjp": "java", "mbjsp": "javascript", "mbtsp": "typescript", "mbgp": "go", "mbcpp": "cpp", "mbrbp": "ruby",
            "mbphp": "php", "mbcsp": "csharp", "mbplp": "perl", "mbkp": "kotlin", "mbswp": "swift", "mbscp": "scala",
            "mbpp": "python",
        ]
        return known[prefix] ?? exact[prefix] ?? (others.contains(prefix) ? prefix : nil)
    }

    // Named in published rows and not in the table: said to be missing, and never taken for another.
    private static let others: Set<String> = [
        "awk", "clojure", "coffeescript", "common lisp", "d", "dart", "delphi", "elixir", "emacs lisp", "erlang", "f#",
        "fortran", "groovy", "haskell", "html", "json", "markdown", "ocaml", "pascal", "powershell", "racket", "scala",
        "scheme", "tcl", "vimscript", "visual basic",
    ]

    /// The language that a text of tests is plainly in.
    static func ofTests(_ text: String) -> String? {
        func has(_ parts: String...) -> Bool { parts.contains { text.contains($0) } }
        if has("func Test"), has("*testing.T") { return "go" }
        if has("public static void main", "org.junit", "@Test\n") { return "java" }
        if has("#[test]", "fn main()", "assert_eq!(") { return "rust" }
        if has("int main(", "#include", "TEST_CASE(") { return "cpp" }
        if has("declare var require", "import * as assert from") { return "typescript" }
        if has("console.assert(", "require('node:assert')", "require('assert')", "@jest/globals", "expect(") {
            return "javascript"
        }
        if has("Test::Unit") { return "ruby" }
        if has("<?php") { return "php" }
        if has("luaunit") { return "lua" }
        if has("test_humaneval <- function") { return "r" }
        if has("[[ $(candidate") { return "bash" }
        if has("Debug.Assert(") { return "csharp" }
        if has("sub testhumaneval") { return "perl" }
        if has("using Test\n", "@testset") { return "julia" }
        return nil
    }
}
