"""200 texts that try to be markup, scripts, terminal escapes or the ends of what they stand in."""

MARKS = ["<script>window.hacked=1</script>", "<img src=x onerror=window.hacked=1>", "\" onmouseover=\"window.hacked=1",
         "' onfocus='window.hacked=1' autofocus='", "</pre><svg onload=window.hacked=1>", "</title><script>window.hacked=1</script>",
         "javascript:window.hacked=1", "</style><script>window.hacked=1</script>", "&lt;script&gt;", "{{constructor.constructor('window.hacked=1')()}}",
         "\u202e\u2066evil", "\x1b[2J\x1b]0;owned\x07", "</textarea><script>window.hacked=1</script>", "]]><script>window.hacked=1</script>",
         "<!--<script>window.hacked=1", "\u0000<b>", "<base href=//evil>", "<meta http-equiv=refresh content=0>", "<a href=x>", "<iframe src=//evil>"]


def payloads():
    """200 of them: each mark alone and in surroundings that ends of attributes, tags and scripts come in."""
    for before, after in (("", ""), ("\"", ""), ("'>", ""), ("\">", "<"), ("\\", ""), ("%22%3e", ""), ("a" * 300, ""), ("\n", "\n"),
                          ("</script>", ""), ("--><", ">")):
        for mark in MARKS:
            yield before + mark + after


PAYLOADS = list(payloads())
