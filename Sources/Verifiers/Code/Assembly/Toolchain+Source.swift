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
            let main = source.classOfMain ?? file
            // A command that names Main means the program's class, whatever its name.
            func filled(_ command: String) -> String {
                // A shell reads the dollar sign of an inner class.
                let main = command.contains(" ") ? "'\(main)'" : main
                let names = ["Main.java": file + ".java", "{source}": file + ".java", "Main": main, "{main}": main]
                return command.split(separator: " ", omittingEmptySubsequences: false).map {
                    names[String($0)] ?? String($0)
                }
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

extension SourceText {
    /// The class that Java's `main` stands in, an inner one after its outer ones; nil without a main.
    fileprivate var classOfMain: String? {
        guard let entry = code.range(of: "void main(") ?? code.range(of: "void main (") else { return nil }
        var open: [String?] = []
        var (word, isName, pending) = ("", false, String?.none)
        for character in code[..<entry.lowerBound] {
            if character.isLetter || character.isNumber || character == "_" || character == "$" {
                word.append(character)
                continue
            }
            if !word.isEmpty {
                if isName { pending = word }
                isName = ["class", "interface", "enum", "record"].contains(word)
                word = ""
            }
            switch character {
            case "{":
                open.append(pending)
                pending = nil
            case "}": _ = open.popLast()
            case ";": pending = nil
            default: break
            }
        }
        let names = open.compactMap(\.self)
        return names.isEmpty ? nil : names.joined(separator: "$")
    }
}
