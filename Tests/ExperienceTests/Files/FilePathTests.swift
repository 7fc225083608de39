import Experience
import Testing

@Suite struct FilePathTests {
    @Test(arguments: [
        ("x", ".", "x", "x"), ("", ".", "", ""), ("/", "/", "", "/"), ("//", "/", "", "//"), ("/x", "/", "x", "/x"),
        ("a/b.sqlite", "a", "b.sqlite", "a/b"), ("a//b/", "a", "b", "a//b/"), ("/a/b.c.d", "/a", "b.c.d", "/a/b.c"),
        (".hidden", ".", ".hidden", ".hidden"), ("a.b/c", "a.b", "c", "a.b/c"), ("é/ß.ü", "é", "ß.ü", "é/ß"),
        ("x.", ".", "x.", "x"), ("...", ".", "...", ".."), ("./x", ".", "x", "./x"), ("../x.y", "..", "x.y", "../x"),
    ])
    func parts(path: String, folder: String, name: String, stem: String) {
        #expect(FilePath.folder(of: path) == folder)
        #expect(FilePath.name(of: path) == name)
        #expect(FilePath.withoutExtension(path) == stem)
    }
}
