import Experience

/// LaTeX commands, without their backslash, that carry words or looks and no mathematics.
enum Markup {
    /// Commands whose braces hold words.
    static let text: WordSet = [
        "text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "textup", "emph", "mbox", "hbox",
        "mathrm", "operatorname", "rm", "mathsf", "mathtt", "textsc", "ce",
    ]

    /// Commands that only change looks.
    static let looks: WordSet = WordSet(
        """
        left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm displaystyle
        textstyle scriptstyle limits nolimits quad qquad thinspace medspace thickspace enspace space negthinspace
        mathbf boldsymbol bm mathit mathcal mathfrak mathscr bf it hline boxed fbox large Large small normalsize
        noindent nonumber notag ensuremath mathopen mathclose triangle because therefore hfill strut par centering
        displaylines mathstrut mathop checkmark square blacksquare Box qed bullet num
        """.words)

    /// Signs over letters, which name a thing of its own kind: a vector, an estimate.
    static let accents: WordSet = [
        "vec", "hat", "widehat", "tilde", "widetilde", "underline", "overrightarrow", "dot", "ddot",
    ]

    /// Whether a command leaves no more than the words in its braces.
    static func contains(_ name: some Collection<UInt8>) -> Bool {
        text.contains(name) || looks.contains(name) || accents.contains(name)
    }

    /// Commands that vanish together with their argument: what is struck out is not said.
    static let dropped: WordSet = [
        "cancel", "bcancel", "xcancel", "sout",
        "color", "textcolor", "tag", "label", "phantom", "hspace", "vspace", "hphantom", "vphantom", "ref",
    ]
}
