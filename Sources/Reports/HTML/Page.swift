/// The frame of every page.
public enum Page {
    /// A whole document; `body` stands inside `<main>`.
    public static func html(title: String, body: Markup) -> String {
        let page: Markup = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) – assay</title>
            </head><body><main>\(body)</main></body></html>
            """
        return page.text
    }
}
