package forms_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

func para(spans ...forms.Span) forms.Block {
	return forms.Block{Kind: forms.Paragraph, Spans: spans}
}

func plain(s string) forms.Block { return para(forms.Span{Text: s}) }

func TestMarkdownBecomesBlocks(t *testing.T) {
	tests := []struct {
		md   string
		want []forms.Block
	}{
		{"", nil},
		{"one\ntwo\n\nthree", []forms.Block{plain("one two"), plain("three")}},
		{"one  \ntwo", []forms.Block{para(forms.Span{Text: "one"}, forms.Span{Text: "\n"}, forms.Span{Text: "two"})}},
		{"## Head", []forms.Block{{Kind: forms.Heading, Level: 2, Spans: []forms.Span{{Text: "Head"}}}}},
		{"a **b *c*** d", []forms.Block{para(forms.Span{Text: "a "}, forms.Span{Text: "b ", Strong: true}, forms.Span{Text: "c", Strong: true, Emph: true}, forms.Span{Text: " d"})}},
		{"- a\n- b\n  1. c", []forms.Block{{Kind: forms.List, Items: [][]forms.Block{
			{plain("a")}, {plain("b"), {Kind: forms.Ordered, Level: 1, Items: [][]forms.Block{{plain("c")}}}},
		}}}},
		{"> q", []forms.Block{{Kind: forms.Quote, Items: [][]forms.Block{{plain("q")}}}}},
		{"[w](https://example.org/a_b)", []forms.Block{para(forms.Span{Text: "w", URL: "https://example.org/a_b"})}},
		{"<http://example.org>", []forms.Block{para(forms.Span{Text: "http://example.org", URL: "http://example.org"})}},
		{"[w](javascript:alert(1)) [x](//evil) [y](mailto:a@b.c) ![alt](https://example.org/x.png)", []forms.Block{plain("w x y alt")}},
		{"a <b>c</b> <script>d</script>", []forms.Block{plain("a c d")}},
		{"<div>\nraw\n</div>\n\nafter", []forms.Block{plain("after")}},
		{"`a *b*` &amp; \\*c\\* &lt;d", []forms.Block{plain("a *b* & *c* <d")}},
		{"    code\n    more", []forms.Block{para(forms.Span{Text: "code"}, forms.Span{Text: "\n"}, forms.Span{Text: "more"})}},
		{"a\n\n---\n\nb", []forms.Block{plain("a"), plain("b")}},
	}
	for _, tt := range tests {
		if got := forms.Markdown(tt.md); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q\n got %+v\nwant %+v", tt.md, got, tt.want)
		}
	}
}

func TestMarkdownStopsAtDeepNesting(t *testing.T) {
	blocks, depth := forms.Markdown(strings.Repeat("> ", 500)+"x"), 0
	for len(blocks) > 0 && len(blocks[0].Items) > 0 {
		blocks, depth = blocks[0].Items[0], depth+1
	}
	if depth > 10 {
		t.Errorf("%d quotes deep", depth)
	}
	forms.Markdown(strings.Repeat("*a **b ", 500))
}
