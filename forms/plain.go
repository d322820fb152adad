package forms

import "strings"

// PlainText is Markdown as plain text on one line.
func PlainText(md string) string {
	var words []string
	var visit func([]Block)
	visit = func(blocks []Block) {
		for _, b := range blocks {
			var line strings.Builder
			for _, s := range b.Spans {
				line.WriteString(s.Text)
			}
			words = append(words, strings.Fields(line.String())...)
			for _, inner := range b.Items {
				visit(inner)
			}
		}
	}
	visit(Markdown(md))
	return strings.Join(words, " ")
}

// shorten cuts text to n characters at a word, and says so.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	cut := string(runes[:n])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
