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
            // A command that names Main means the program's class, whatever its name.
            let names = ["Main.java": file + ".java", "{source}": file + ".java", "Main": main, "{main}": main]
            func filled(_ command: String) -> String {
                command.split(separator: " ", omittingEmptySubsequences: false).map { names[String($0)] ?? String($0) }
                    .joined(separator: " ")
            }
            if language.source == "Main.java" { fitted.language.source = file + ".java" }
            fitted.language.compile = language.compile.map(filled)
            fitted.language.run = language.run.map(filled)
            fitted.language.keepAllClasses()
        case "cpp":
            let standard = CppSuite.standard(program)
            fitted.language.compile = language.compile.map { $0 == "-std=gnu++17" ? "-std=" + standard : $0 }
        default: break
        }
        return fitted
    }
}

extension Language {
    /// Java's compiler leaves a file for each class: where one is named as the artifact, all of them are kept.
    fileprivate mutating func keepAllClasses() {
        guard artifact.hasSuffix(".class"), !artifact.contains("/") else { return }
        compile = ["/bin/sh", "-c", "\"$@\" && tar cf classes.tar *.class", "sh"] + compile
        run = ["/bin/sh", "-c", "tar xf classes.tar && exec \"$@\"", "sh"] + run
        artifact = "classes.tar"
    }
}
