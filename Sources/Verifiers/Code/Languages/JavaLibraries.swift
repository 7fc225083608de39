/// What Java's programs and tests import beside its own library, as Debian has it.
enum JavaLibraries {
    private static let jars = [
        "junit-jupiter-api", "junit-jupiter-params", "junit-jupiter-engine", "junit-platform-commons",
        "junit-platform-engine", "junit-platform-launcher", "opentest4j", "apiguardian-api", "univocity-parsers",
        "assertj-core", "hamcrest", "junit4", "javatuples", "byte-buddy", "mockito-core", "commons-lang3", "gson",
    ]
    /// Where they are, those that are not installed too.
    static let classPath = jars.map { "/usr/share/java/\($0).jar" }.joined(separator: ":")
}
