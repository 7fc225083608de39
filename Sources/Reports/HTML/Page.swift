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
            <header>\(navigation)</header>
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
    static func cards(_ cards: [(name: String, value: String, more: String)]) -> Markup {
        var markup: Markup = "<dl class=\"cards\">"
        for (name, value, more) in cards {
            markup.add("<div><dt>\(name)</dt><dd>\(value)<small>\(more)</small></dd></div>")
        }
        markup.add("</dl>\n")
        return markup
    }

    /// Rows of a table under a heading of their own; without a name, under none.
    struct RowGroup {
        var name: String?
        var rows: [[Markup]]
    }

    /// A table that scrolls sideways by itself where it does not fit, by keyboard too; the columns `words` hold words and
    /// are set to the left, the others figures.
    ///
    /// `id` names the body, for a script that fills it.
    public static func table(
        _ label: String, head: [String], rows: [[Markup]], words: Set<Int> = [], id: String? = nil
    ) -> Markup {
        table(label, head: head, groups: [RowGroup(name: nil, rows: rows)], words: words, id: id)
    }

    /// A table of several groups of rows.
    static func table(
        _ label: String, head: [String], groups: [RowGroup], words: Set<Int> = [], id: String? = nil
    ) -> Markup {
        var table: Markup = """
            <div class="scroll" role="region" aria-label="\(label)" tabindex="0"><table><caption>\(label)</caption><thead><tr>
            """
        for (column, cell) in head.enumerated() {
            let kind: Markup = words.contains(column) ? " class=\"words\"" : ""
            // An empty corner is no heading.
            table.add(cell.isEmpty ? "<td></td>" : "<th scope=\"col\"\(kind)>\(cell)</th>")
        }
        table.add("</tr></thead>")
        for group in groups {
            table.add("<tbody")
            if let id { table.add(" id=\"\(id)\"") }
            table.add(">\n")
            if let name = group.name {
                table.add("<tr class=\"by\"><th scope=\"rowgroup\" colspan=\"\(head.count)\">\(name)</th></tr>\n")
            }
            for row in group.rows {
                table.add("<tr>")
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
    ///
    /// Colours are Okabe and Ito's, told apart by every kind of colour vision; series also differ by dash and marker.
    public static let stylesheet = """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--raised:#f6f8fa;\
        --c0:#0072b2;--c1:#b34700;--c2:#00795a;--c3:#a14a7f;--c4:#8a6000;--c5:#3b6ea8;--warn:#8a3b00;--link:#0a58ca}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#a3adb8;--line:#3d444d;--paper:#0d1117;\
        --raised:#161b22;--c0:#56b4e9;--c1:#f0884d;--c2:#3fcf9f;--c3:#e39bc6;--c4:#f0c04a;--c5:#9ecbff;--warn:#ffb27a;\
        --link:#79b8ff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;\
        overflow-wrap:anywhere}
        main,header{max-width:72rem;margin:0 auto;padding:0 1rem}
        main{padding-bottom:3rem}
        header nav{padding:.6rem 0;border-bottom:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.25rem 1rem}
        a{color:var(--link)}
        .contents{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.9rem;margin:1rem 0 0}
        :focus-visible{outline:3px solid var(--c0);outline-offset:2px}
        h1{font-size:1.6rem;line-height:1.25;margin:1.2rem 0 .4rem}
        h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
        h3{font-size:1rem;margin:1.2rem 0 .3rem}
        .soft,caption,figcaption{color:var(--soft);font-size:.875rem}
        .flag{border-left:.3rem solid var(--warn);background:color-mix(in srgb,var(--warn) 9%,transparent);\
        color:var(--warn);padding:.4rem .8rem;border-radius:.2rem;font-weight:600;margin:.6rem 0}
        .notes{color:var(--soft);font-size:.875rem;margin:.6rem 0;padding-left:1.2rem}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(45%,13rem),1fr));gap:.6rem;margin:1rem 0;padding:0}
        .cards div{background:var(--raised);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem}
        .cards dt{color:var(--soft);font-size:.8rem}
        .cards dd{margin:0;font-size:1.45rem;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums}
        .cards dd small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
        .scroll{overflow-x:auto;max-width:100%;margin:.8rem 0}
        table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}
        caption{text-align:left;padding:.2rem 0}
        th,td{padding:.25rem .55rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
        th:first-child,.words{text-align:left}
        tbody th{white-space:normal;min-width:6rem;font-weight:500}
        td.words{white-space:normal;min-width:16rem}
        svg.stack{width:9rem;height:.7rem;display:inline-block;vertical-align:middle;border-radius:.2rem}
        .stack .bar{opacity:.85}
        thead th{color:var(--soft);font-weight:600;vertical-align:bottom}
        tbody .by th{color:var(--soft);font-size:.8rem;padding-top:.7rem;border-bottom-color:var(--line)}
        caption{font-weight:600}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:1.4rem 2rem;\
        margin:1rem 0}
        figure{margin:0;max-width:36rem}
        .charts figcaption{font-weight:600;margin-bottom:.3rem}
        svg{width:100%;height:auto;display:block;font-size:13px}
        svg text{fill:var(--soft)}
        .grid{stroke:var(--line);stroke-width:1}
        .s0{--s:var(--c0)}.s1{--s:var(--c1)}.s2{--s:var(--c2)}.s3{--s:var(--c3)}.s4{--s:var(--c4)}.s5{--s:var(--c5)}
        .line{fill:none;stroke:var(--s);stroke-width:2}
        .s1 .line{stroke-dasharray:7 3}.s2 .line{stroke-dasharray:2 3}.s3 .line{stroke-dasharray:9 3 2 3}\
        .s4 .line{stroke-dasharray:4 4}.s5 .line{stroke-dasharray:12 4}
        .band{fill:var(--s);opacity:.15}
        .mark,.bar{fill:var(--s)}
        svg .key{fill:var(--ink)}
        pre,.text pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--raised);border:1px solid var(--line);\
        border-radius:.4rem;padding:.6rem;margin:.4rem 0;font:.875rem/1.5 ui-monospace,monospace;max-height:32rem;\
        overflow-y:auto}
        details{margin:.4rem 0}
        summary{cursor:pointer}
        form.filter{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:1rem 0}
        label{display:block;font-size:.8rem;color:var(--soft)}
        progress{width:7rem;height:.6rem;accent-color:var(--c0);vertical-align:middle}
        input.wide,textarea.wide{width:100%;font-family:ui-monospace,monospace;font-size:.9rem}
        input,select,button,textarea{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--soft);\
        border-radius:.3rem;padding:.25rem .5rem;max-width:100%}
        .sample{border:1px solid var(--line);border-radius:.5rem;padding:.2rem .8rem .6rem;margin:1rem 0}
        .sample h2{border:0;margin:.6rem 0 .1rem;font-size:1.05rem}
        .verdict,.sample .soft{margin:.25rem 0}
        .good{color:var(--c2)}.bad{color:var(--c1)}.odd{color:var(--warn)}
        .tokens{max-width:none}.tokens pre{line-height:1.8}
        .legend mark{color:var(--ink);font-size:.75rem;padding:.05rem .35rem;margin-left:.15rem;border-radius:.2rem}
        mark{color:inherit;background:none;border-bottom:2px solid transparent}
        .h1{background:color-mix(in srgb,var(--c4) 12%,transparent)}
        .h2{background:color-mix(in srgb,var(--c4) 24%,transparent)}
        .h3{background:color-mix(in srgb,var(--c4) 32%,transparent);border-color:var(--c4)}
        .h4{background:color-mix(in srgb,var(--c4) 40%,transparent);border-color:var(--c1)}
        .n1{background:color-mix(in srgb,var(--c0) 12%,transparent)}
        .n2{background:color-mix(in srgb,var(--c0) 24%,transparent)}
        .n3{background:color-mix(in srgb,var(--c0) 32%,transparent);border-color:var(--c0)}
        .n4{background:color-mix(in srgb,var(--c0) 40%,transparent);border-color:var(--c3)}
        @media print{header,form,.contents{display:none}main{max-width:none}h2{break-after:avoid}figure,tr,.sample{break-inside:avoid}\
        pre{max-height:none}.scroll{overflow:visible}}
        """
}
