/// The design of every page in one place: spacing, type and colours.
///
/// Five hues, Okabe and Ito's, told apart by every kind of colour vision and at least 4.5 : 1 on both papers; what they say is
/// also said by a sign, a word, a dash or a shape. Spaces are 1, 2, 3 and 4; type has four sizes.
enum Design {
    /// Values that the rules below are made of, light and dark.
    private static let values = """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--raised:#f6f8fa;\
        --c0:#0067a3;--c1:#a83f00;--c2:#006e52;--c3:#94406f;--c4:#7a5500;\
        --1:.25rem;--2:.5rem;--3:1rem;--4:2rem;--small:.8125rem;--body:.9375rem;--large:1.2rem;--huge:1.6rem;\
        --mono:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#a3adb8;--line:#3d444d;--paper:#0d1117;\
        --raised:#161b22;--c0:#63b8ec;--c1:#f0884d;--c2:#3fcf9f;--c3:#e39bc6;--c4:#f0c04a}}
        """

    private static let frame = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:var(--body)/1.5 system-ui,sans-serif;\
        overflow-wrap:anywhere}
        main,.top{max-width:104rem;margin:0 auto;padding:0 var(--3)}
        main{padding-bottom:var(--4)}
        header{border-bottom:1px solid var(--line);background:var(--raised)}
        .top{display:flex;flex-wrap:wrap;gap:var(--1) var(--3);align-items:baseline;padding-top:var(--2);\
        padding-bottom:var(--2)}
        header nav{display:flex;flex-wrap:wrap;gap:var(--1) var(--3)}
        header form{margin-left:auto}
        .crumbs{padding:var(--2) 0 0;font-size:var(--small);color:var(--soft)}
        .crumbs ol{display:flex;flex-wrap:wrap;margin:0;padding:0;list-style:none}
        .crumbs li+li::before{content:"›";padding:0 var(--2)}
        a{color:var(--c0)}
        :focus-visible{outline:3px solid var(--c0);outline-offset:2px}
        h1{font-size:var(--huge);line-height:1.25;margin:var(--2) 0}
        h2{font-size:var(--large);margin:var(--4) 0 var(--2);border-bottom:1px solid var(--line);padding-bottom:var(--1)}
        h3{font-size:var(--body);margin:var(--3) 0 var(--1)}
        p{max-width:80ch}
        p.soft{max-width:none}
        .soft,caption,figcaption{color:var(--soft);font-size:var(--small)}
        .flag{border-left:var(--1) solid var(--c1);background:color-mix(in srgb,var(--c1) 7%,transparent);\
        color:var(--c1);padding:var(--2) var(--3);font-weight:600;margin:var(--2) 0;max-width:none}
        .notes{color:var(--soft);font-size:var(--small);margin:var(--2) 0;padding-left:1.2rem}
        .contents{display:flex;flex-wrap:wrap;gap:var(--1) var(--3);font-size:var(--small);margin:var(--3) 0 0}
        .good{color:var(--c2)}.bad{color:var(--c1)}.odd{color:var(--c3)}
        .columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:0 var(--4);align-items:start}
        .columns>*{min-width:0}
        """

    private static let figures = """
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(45%,12rem),1fr));gap:var(--2);margin:var(--3) 0;\
        padding:0}
        .cards div{background:var(--raised);border:1px solid var(--line);border-radius:var(--2);padding:var(--2) .75rem}
        .cards dt{color:var(--soft);font-size:var(--small)}
        .cards dd{margin:0;font-size:1.4rem;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums}
        .cards dd small{display:block;font-size:var(--small);font-weight:400;color:var(--soft)}
        .facts{display:flex;flex-wrap:wrap;gap:var(--1) var(--3);margin:var(--2) 0;padding:0;font-size:var(--small)}
        .facts div{display:flex;gap:var(--1)}
        .facts dt{color:var(--soft)}.facts dd{margin:0;font-weight:500}
        .scroll{overflow-x:auto;width:fit-content;max-width:100%;margin:var(--2) 0;\
        background:linear-gradient(var(--paper),var(--paper)) calc(100% + 2px) 0/1.3rem 100% no-repeat local,\
        linear-gradient(to left,color-mix(in srgb,var(--soft) 45%,transparent),transparent 1rem) right/1rem 100% no-repeat scroll}
        table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}
        caption{text-align:left;padding:var(--1) 0;font-weight:600}
        h2+.scroll caption{position:absolute;width:1px;height:1px;padding:0;overflow:hidden;clip-path:inset(50%)}
        th,td{padding:var(--1) .55rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
        th:first-child,.words{text-align:left}
        tbody th{font-weight:500;white-space:normal;min-width:6rem;max-width:18rem;overflow-wrap:anywhere}
        .runs tbody th{min-width:9rem;max-width:26rem}
        tbody:not(:has(tr))::after{content:"none";color:var(--soft)}
        .runs progress{width:4rem}
        .scroll tr>:first-child{position:sticky;left:0;background:var(--paper)}
        td .good,td .bad,td .odd{white-space:nowrap}
        td.words{white-space:normal;min-width:5rem;max-width:34rem}
        thead th{color:var(--soft);font-weight:600;vertical-align:bottom}
        thead a{color:inherit}
        tbody .by th{color:var(--soft);font-size:var(--small);padding-top:var(--2)}
        tbody tr:hover>*,tbody tr:target>*,tbody tr.here>*{background:var(--raised)}
        tbody tr.here>:first-child{box-shadow:inset 3px 0 var(--c0)}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:var(--3) var(--4);\
        margin:var(--3) 0}
        figure{margin:0;max-width:36rem}
        .charts figcaption{font-weight:600;margin-bottom:var(--1)}
        svg{width:100%;height:auto;display:block;font-size:13px}
        svg text{fill:var(--soft)}
        svg.stack{width:9rem;height:.7rem;display:inline-block;vertical-align:middle}
        .grid{stroke:var(--line);stroke-width:1}
        .s0{--s:var(--c0)}.s1{--s:var(--c1)}.s2{--s:var(--c2)}.s3{--s:var(--c3)}.s4{--s:var(--c4)}.s5{--s:var(--soft)}
        .line{fill:none;stroke:var(--s);stroke-width:2}
        .s1 .line{stroke-dasharray:7 3}.s2 .line{stroke-dasharray:2 3}.s3 .line{stroke-dasharray:9 3 2 3}\
        .s4 .line{stroke-dasharray:4 4}.s5 .line{stroke-dasharray:12 4}
        .band{fill:var(--s);opacity:.15}
        .whisker{stroke:var(--s);stroke-width:1.25;fill:none}
        .mark,.bar{fill:var(--s)}
        a .bar:hover{opacity:.75}
        svg .key{fill:var(--ink)}
        .columns-of-cells{display:flex;flex-wrap:wrap;gap:var(--1) 1px;margin:var(--2) 0;align-items:start}
        .map svg{width:auto;display:inline-block;vertical-align:text-bottom}
        .map .cell{stroke:var(--paper);stroke-width:1}
        .map .correct{fill:var(--c2)}.map .incorrect{fill:color-mix(in srgb,var(--c1) 75%,var(--paper))}
        .map .noAnswer{fill:color-mix(in srgb,var(--c4) 60%,var(--paper))}
        .map .timeout,.map .verifierError{fill:var(--c3)}.map .none{fill:var(--line)}
        .map .sign{stroke:var(--paper);stroke-width:1.6;fill:none}
        .map a:focus-visible .cell,.map a:hover .cell{stroke:var(--ink);stroke-width:2}
        """

    private static let texts = """
        pre,textarea,code,.mono{font-family:var(--mono)}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--raised);border:1px solid var(--line);\
        border-radius:var(--1);padding:var(--2);margin:var(--1) 0;font-size:.84rem;line-height:1.5;max-height:32rem;\
        overflow-y:auto}
        code{font-size:.9em;white-space:pre-wrap}
        details{margin:var(--2) 0}
        summary{cursor:pointer}
        form.filter{display:flex;flex-wrap:wrap;gap:var(--2);align-items:end;margin:var(--3) 0}
        form.filter .grow{flex:1 1 20rem}
        label{display:block;font-size:var(--small);color:var(--soft)}
        td label{display:inline}
        progress{width:7rem;height:.6rem;accent-color:var(--c0);vertical-align:middle}
        input.wide,textarea.wide{width:100%;font-family:var(--mono);font-size:.9rem}
        input,select,button,textarea{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--soft);\
        border-radius:var(--1);padding:var(--1) var(--2);max-width:100%}
        button{cursor:pointer}
        .chips{display:flex;flex-wrap:wrap;gap:var(--1) var(--2);padding:0;margin:var(--2) 0;list-style:none;\
        font-size:var(--small)}
        .chips a{display:inline-block;border:1px solid var(--line);border-radius:1rem;padding:0 var(--2);text-decoration:none}
        .pager{display:flex;flex-wrap:wrap;gap:var(--1) var(--3);align-items:baseline;margin:var(--2) 0}
        .sample{border:1px solid var(--line);border-radius:var(--2);padding:var(--1) .8rem var(--2);margin:var(--3) 0}
        .sample h2{border:0;margin:var(--2) 0 0;font-size:1.05rem}
        .verdict{border-left:var(--1) solid currentColor;padding:var(--1) var(--3);margin:var(--3) 0;background:var(--raised)}
        .verdict p,.verdict dl,.verdict details{color:var(--ink);margin:var(--1) 0}
        .verdict .first{color:inherit;font-size:var(--large);font-weight:600}
        .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,10rem),1fr));gap:0 var(--3);margin:0}
        .pair>div{min-width:0}
        .pair dt,.pair h4{color:var(--soft);font-size:var(--small);margin:var(--1) 0 0;font-weight:600}
        .pair dd{margin:0}
        .tokens{max-width:none}.tokens pre{line-height:1.8}
        .legend mark{color:var(--ink);font-size:.75rem;padding:.05rem .35rem;margin-left:.15rem}
        mark{color:inherit;background:none;border-bottom:2px solid transparent}
        mark.answer{background:color-mix(in srgb,var(--c0) 22%,transparent);border-color:var(--c0)}
        ins,del{text-decoration:none;border-radius:2px}
        ins{background:color-mix(in srgb,var(--c2) 22%,transparent);border-bottom:2px solid var(--c2)}
        del{background:color-mix(in srgb,var(--c1) 18%,transparent);border-bottom:2px dotted var(--c1)}
        .h1{background:color-mix(in srgb,var(--c4) 12%,transparent)}
        .h2{background:color-mix(in srgb,var(--c4) 24%,transparent)}
        .h3{background:color-mix(in srgb,var(--c4) 32%,transparent);border-color:var(--c4)}
        .h4{background:color-mix(in srgb,var(--c4) 40%,transparent);border-color:var(--c1)}
        .n1{background:color-mix(in srgb,var(--c0) 12%,transparent)}
        .n2{background:color-mix(in srgb,var(--c0) 24%,transparent)}
        .n3{background:color-mix(in srgb,var(--c0) 32%,transparent);border-color:var(--c0)}
        .n4{background:color-mix(in srgb,var(--c0) 40%,transparent);border-color:var(--c3)}
        dialog{background:var(--paper);color:var(--ink);border:1px solid var(--soft);border-radius:var(--2);max-width:30rem}
        kbd{font-family:var(--mono);border:1px solid var(--soft);border-radius:var(--1);padding:0 .35rem}
        @media print{header,form,.contents,.pager,.crumbs{display:none}main{max-width:none}h2{break-after:avoid}\
        figure,tr,.sample{break-inside:avoid}pre{max-height:none}.scroll{overflow:visible;background:none}\
        .scroll tr>:first-child{position:static}a{color:inherit;text-decoration:none}\
        table{font-size:.68rem}th,td{white-space:normal;padding:.1rem .3rem}tbody th{min-width:3rem}\
        td.words,td code{overflow-wrap:anywhere;min-width:3rem}}
        """

    /// The one stylesheet, as it stands in `<style>`.
    static let stylesheet = [values, frame, figures, texts].joined(separator: "\n")
}
