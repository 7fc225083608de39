/// The frame of every page: one self-contained document, readable without script, on a phone, in the dark, on paper.
public enum Page {
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

    /// A table that scrolls sideways by itself where it does not fit, by keyboard too.
    static func table(_ label: String, head: [String], rows: [[Markup]]) -> Markup {
        var table: Markup = """
            <div class="scroll" role="region" aria-label="\(label)" tabindex="0"><table><caption>\(label)</caption><thead><tr>
            """
        for cell in head { table.add("<th scope=\"col\">\(cell)</th>") }
        table.add("</tr></thead><tbody>\n")
        for row in rows {
            table.add("<tr>")
            for (column, cell) in row.enumerated() {
                table.add(column == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>")
            }
            table.add("</tr>\n")
        }
        table.add("</tbody></table></div>\n")
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
        :focus-visible{outline:3px solid var(--c0);outline-offset:2px}
        h1{font-size:1.6rem;line-height:1.25;margin:1.2rem 0 .4rem}
        h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
        h3{font-size:1rem;margin:1.2rem 0 .3rem}
        .soft,caption,figcaption{color:var(--soft);font-size:.875rem}
        .flag{border:2px solid var(--warn);color:var(--warn);padding:.4rem .7rem;border-radius:.4rem;font-weight:600}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.6rem;margin:1rem 0;padding:0}
        .cards div{background:var(--raised);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem}
        .cards dt{color:var(--soft);font-size:.8rem}
        .cards dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
        .cards dd small{display:block;font-size:.8rem;color:var(--soft)}
        .scroll{overflow-x:auto;max-width:100%;margin:.8rem 0}
        table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}
        caption{text-align:left;padding:.2rem 0}
        th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
        th:first-child,td.text{text-align:left}
        tbody th{white-space:normal;min-width:6rem}
        td.text{white-space:normal;min-width:14rem}
        thead th{color:var(--soft);font-weight:600}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1rem}
        figure{margin:0;max-width:38rem}
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
        input,select,button,textarea{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--soft);\
        border-radius:.3rem;padding:.25rem .5rem;max-width:100%}
        .sample{border:1px solid var(--line);border-radius:.5rem;padding:.2rem .8rem .6rem;margin:1rem 0}
        .good{color:var(--c2)}.bad{color:var(--c1)}
        mark{color:inherit;background:none;border-bottom:2px solid transparent}
        .h1{background:color-mix(in srgb,var(--c4) 10%,transparent)}
        .h2{background:color-mix(in srgb,var(--c4) 18%,transparent)}
        .h3{background:color-mix(in srgb,var(--c4) 26%,transparent);border-color:var(--c4)}
        .h4{background:color-mix(in srgb,var(--c4) 34%,transparent);border-color:var(--c1)}
        .n1{background:color-mix(in srgb,var(--c0) 10%,transparent)}
        .n2{background:color-mix(in srgb,var(--c0) 18%,transparent)}
        .n3{background:color-mix(in srgb,var(--c0) 26%,transparent);border-color:var(--c0)}
        .n4{background:color-mix(in srgb,var(--c0) 34%,transparent);border-color:var(--c3)}
        @media print{header,form{display:none}main{max-width:none}h2{break-after:avoid}figure,tr,.sample{break-inside:avoid}\
        pre{max-height:none}.scroll{overflow:visible}}
        """
}
