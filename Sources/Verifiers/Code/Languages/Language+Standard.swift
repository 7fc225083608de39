extension Language {
    /// The languages known from the start: Debian's packages, and common installs in a home folder.
    public static let standard: [Language] = interpreted + compiled

    private static let node =
        "const ts=require('typescript'),fs=require('fs');"
        + "fs.writeFileSync('main.js',ts.transpileModule(fs.readFileSync('main.ts','utf8'),"
        + "{compilerOptions:{target:'ES2020',module:'CommonJS',esModuleInterop:true}}).outputText)"
    private static let java = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -XX:-UsePerfData"

    private static var interpreted: [Language] {
        [
            Language("python", "main.py", run: [], aliases: ["py", "python3", "PYTHON3"], sample: "print('ok')"),
            Language(
                "javascript", "main.js", run: ["node", "main.js"], aliases: ["js", "node", "nodejs"],
                sample: "console.log('ok')", reserves: true),
            Language(
                "typescript", "main.ts", compile: ["node", "-e", node], artifact: "main.js", run: ["node", "main.js"],
                aliases: ["ts"], sample: "const word: string = 'ok'; console.log(word)", reserves: true),
            Language("bash", "main.sh", run: ["bash", "main.sh"], aliases: ["sh", "shell"], sample: "echo ok"),
            Language("perl", "main.pl", run: ["perl", "main.pl"], aliases: ["pl"], sample: "print \"ok\\n\";"),
            Language("ruby", "main.rb", run: ["ruby", "main.rb"], aliases: ["rb"], sample: "puts 'ok'"),
            Language("php", "main.php", run: ["php", "main.php"], sample: "<?php echo 'ok';", reserves: true),
            Language("lua", "main.lua", run: ["lua", "main.lua"], sample: "print('ok')"),
            Language(
                "r", "main.R", run: ["Rscript", "--vanilla", "main.R"], aliases: ["R"], sample: "cat('ok')",
                reserves: true),
            Language(
                "julia", "main.jl", run: ["julia", "main.jl"], aliases: ["jl"], sample: "println(\"ok\")",
                reserves: true),
        ]
    }

    private static var compiled: [Language] {
        [
            Language(
                "c", "main.c", compile: ["gcc", "-O2", "-std=gnu17", "-o", "main", "main.c", "-lm"], artifact: "main",
                run: ["./main"], aliases: ["C"], sample: "#include <stdio.h>\nint main(void) { puts(\"ok\"); }"),
            Language(
                "cpp", "main.cpp", compile: ["g++"] + cppFlags + ["-o", "main", "main.cpp"], artifact: "main",
                run: ["./main"],
                aliases: ["c++", "cc", "CPP", "C++"], sample: "#include <cstdio>\nint main() { puts(\"ok\"); }"),
            Language(
                "java", "Main.java",
                compile: [
                    "sh", "-c",
                    "javac -nowarn -encoding UTF-8 -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -d out {source} && tar cf main.tar -C out .",
                ],
                artifact: "main.tar", run: ["sh", "-c", "tar xf main.tar && exec java \(java) -Xss64m -cp . {main}"],
                sample: "public class Main { public static void main(String[] a) { System.out.println(\"ok\"); } }",
                tools: ["javac", "java"], reserves: true),
            Language(
                "go", "main.go", compile: ["sh", "-c", "go build -o main main.go"], artifact: "main", run: ["./main"],
                aliases: ["golang"], sample: "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"ok\") }",
                tools: ["go"], reserves: true),
            Language(
                "rust", "main.rs", compile: ["sh", "-c", "rustc --edition 2021 -A warnings -O -o main main.rs"],
                artifact: "main",
                run: ["./main"], aliases: ["rs"], sample: "fn main() { println!(\"ok\"); }", tools: ["rustc"],
                reserves: true),
            Language(
                "csharp", "main.cs",
                compile: ["sh", "-c", "mcs -nologo -warn:0 -r:System.Numerics -out:main.exe main.cs"],
                artifact: "main.exe", run: ["mono", "main.exe"], aliases: ["cs", "c#"],
                sample: "class A { static void Main() { System.Console.WriteLine(\"ok\"); } }", tools: ["mcs", "mono"],
                reserves: true),
            Language(
                "kotlin", "main.kt", compile: ["sh", "-c", "kotlinc main.kt -include-runtime -d main.jar"],
                artifact: "main.jar",
                run: ["java", "-jar", "main.jar"], aliases: ["kt"], sample: "fun main() { println(\"ok\") }",
                tools: ["kotlinc", "java"], reserves: true),
            Language(
                "swift", "main.swift", compile: ["sh", "-c", "swiftc -static-stdlib -o main main.swift"],
                artifact: "main",
                run: ["./main"], sample: "print(\"ok\")", tools: ["swiftc"], reserves: true),
        ]
    }

    private init(
        _ name: String, _ source: String, compile: [String] = [], artifact: String = "", run: [String],
        aliases: [String] = [], sample: String, tools: [String] = [], reserves: Bool = false
    ) {
        self.init(name: name, source: source, compile: compile, artifact: artifact, run: run)
        self.aliases = aliases
        self.sample = sample
        self.tools = tools
        package = Self.packages[name] ?? name
        limitsAddressSpace = !reserves
    }

    // Debian's names where they are not the language's.
    private static let packages = [
        "javascript": "nodejs", "typescript": "nodejs, node-typescript", "lua": "lua5.4", "r": "r-base-core",
        "c": "gcc",
        "cpp": "g++", "java": "default-jdk-headless", "go": "golang-go", "rust": "rustc", "php": "php-cli",
        "csharp": "mono-mcs, mono-runtime, libmono-system-numerics4.0-cil", "swift": "swiftlang", "python": "python3",
    ]

    /// Flags that decide whether a precompiled header fits.
    static let cppFlags = ["-O2", "-std=gnu++17"]
}
