public import Experience
import Foundation

extension FileKind {
    /// A page that assay made, which another one may replace.
    public static let page = FileKind("an HTML page of assay", headBytes: 4096) { head in
        let head = String(decoding: head, as: UTF8.self)
        // Pages of versions up to 0.1.0 are known by their title.
        return head.hasPrefix("<!doctype html>") && (head.contains(Page.generator) || head.contains(" – assay</title>"))
    }
}

/// The frame of every page: one self-contained document, readable without script, on a phone, in the dark, on paper.
public enum Page {
    /// What tells a page of assay from any other file.
    static let generator = #"<meta name="generator" content="assay">"#

    /// A whole document; `body` stands inside `<main>`, `navigation` above it.
    public static func html(title: String, navigation: Markup = Markup(), body: Markup) -> String {
        let page: Markup = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            \(Markup(stringLiteral: generator))
            <title>\(title) – assay</title>
            <link rel="icon" href="data:,">
            <style>\(Markup(stringLiteral: stylesheet))</style>
            </head>
            <body>
            \(navigation.text.isEmpty ? Markup() : "<header><div class=\"top\">\(navigation)</div></header>")
            <main>
            \(body)</main>
            </body>
            </html>

            """
        return page.text
    }

    /// What no reader may overlook about a simulated policy's figures.
    static let simulated: Markup =
        "<p class=\"flag\">SIMULATED: the policy was assay’s own simulation, not a language model.</p>\n"

    /// Headline figures: name, value and what to know about it.
    static func cards(_ cards: [(name: String, value: Markup, more: String)]) -> Markup {
        var markup: Markup = "<dl class=\"cards\">"
        for (name, value, more) in cards {
            markup.add("<div><dt>\(name)</dt><dd>\(value)<small>\(more)</small></dd></div>")
        }
        markup.add("</dl>\n")
        return markup
    }

    /// Small facts in a row: name and value.
    static func facts(_ facts: [(name: String, value: Markup)]) -> Markup {
        var markup: Markup = "<dl class=\"facts\">"
        for (name, value) in facts { markup.add("<div><dt>\(name)</dt><dd>\(value)</dd></div>") }
        markup.add("</dl>\n")
        return markup
    }

    /// Where a page stands; the last is the page itself.
    public static func breadcrumb(_ crumbs: [(name: String, address: String?)]) -> Markup {
        var markup: Markup = "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol>"
        for (name, address) in crumbs {
            if let address {
                markup.add("<li><a href=\"\(address)\">\(name.cut(to: 60))</a></li>")
            } else {
                markup.add("<li aria-current=\"page\">\(name.cut(to: 60))</li>")
            }
        }
        markup.add("</ol></nav>\n")
        return markup
    }

    /// Rows of a table under a heading of their own; without a name, under none.
    struct RowGroup {
        var name: String?
        var rows: [[Markup]]
        /// Names of the rows in an address; empty where they have none.
        var ids: [String] = []
    }

    /// A table that scrolls sideways by itself where it does not fit, by keyboard too; the columns `words` hold words and
    /// are set to the left, the others figures.
    ///
    /// `id` names the body, for a script that fills it.
    public static func table(
        _ label: String, head: [String], rows: [[Markup]], words: Set<Int> = [], id: String? = nil
    ) -> Markup {
        table(
            label, head: head.map { "\($0)" }, groups: [RowGroup(name: nil, rows: rows)], words: words, id: id)
    }

    /// A table of several groups of rows.
    static func table(
        _ label: String, head: [Markup], groups: [RowGroup], words: Set<Int> = [], id: String? = nil
    ) -> Markup {
        var table: Markup = """
            <div class="scroll" role="region" aria-label="\(label)" tabindex="0"><table><caption>\(label)</caption><thead><tr>
            """
        for (column, cell) in head.enumerated() {
            let kind: Markup = words.contains(column) ? " class=\"words\"" : ""
            // An empty corner is no heading.
            table.add(cell.text.isEmpty ? "<td></td>" : "<th scope=\"col\"\(kind)>\(cell)</th>")
        }
        table.add("</tr></thead>")
        for group in groups {
            table.add("<tbody")
            if let id { table.add(" id=\"\(id)\"") }
            table.add(">\n")
            if let name = group.name {
                table.add("<tr class=\"by\"><th scope=\"rowgroup\" colspan=\"\(head.count)\">\(name)</th></tr>\n")
            }
            for (number, row) in group.rows.enumerated() {
                table.add(number < group.ids.count ? "<tr id=\"\(group.ids[number])\">" : "<tr>")
                for (column, cell) in row.enumerated() {
                    let kind: Markup = words.contains(column) ? " class=\"words\"" : ""
                    table.add(column == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td\(kind)>\(cell)</td>")
                }
                table.add("</tr>\n")
            }
            table.add("</tbody>")
        }
        table.add("</table></div>\n")
        return table
    }

    /// The one stylesheet, as it stands in `<style>`: a server's content security policy may name its hash.
    public static let stylesheet = Design.stylesheet
}
