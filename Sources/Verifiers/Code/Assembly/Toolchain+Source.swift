import Foundation

extension Toolchain.Resolved {
    /// With what the program's text decides: Java's file is called as its public class, C++ has the standard its words need.
    func fitted(to program: String) -> Self {
        var fitted = self
        switch language.name {
        case "java":
            let source = SourceText(program)
            let words = source.code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            func name(after words: ArraySlice<Substring>) -> String? {
                guard let place = words.firstIndex(of: "class") else { return nil }
                return words[(place + 1)...].first.map(String.init)
            }
            let publics = words.indices.first {
                words[$0] == "public" && words[($0 + 1)...].prefix(3).contains("class")
            }
            let file = publics.flatMap { name(after: words[$0...]) } ?? name(after: words[...]) ?? "Main"
            var main = file
            if let entry = source.code.range(of: "static void main"),
                let before = source.code[..<entry.lowerBound].range(of: "class ", options: .backwards)
            {
                main = String(source.code[before.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            }
            // A command that names its file has it by that name.
            let isNamed = (language.compile + language.run).contains { $0.contains("Main.java") }
            if fitted.language.source == "Main.java", !isNamed { fitted.language.source = file + ".java" }
            func filled(_ word: String) -> String {
                word.replacingOccurrences(of: "{source}", with: file + ".java").replacingOccurrences(
                    of: "{main}", with: main)
            }
            fitted.language.compile = language.compile.map(filled)
            fitted.language.run = language.run.map(filled)
        case "cpp":
            let standard = CppSuite.standard(program)
            fitted.language.compile = language.compile.map { $0 == "-std=gnu++17" ? "-std=" + standard : $0 }
        default: break
        }
        return fitted
    }
}
