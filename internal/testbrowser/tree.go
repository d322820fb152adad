package testbrowser

import (
	"bytes"
	"iter"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Parse reads a page as a browser without scripts does: what <noscript> holds
// is part of it.
func Parse(t testing.TB, page []byte) *html.Node {
	t.Helper()
	root, err := html.ParseWithOptions(bytes.NewReader(page), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// Elements yields the elements of the given names below root, in tree order.
func Elements(root *html.Node, names ...string) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		if root == nil {
			return
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && slices.Contains(names, n.Data) && !yield(n) {
				return
			}
		}
	}
}

// First returns the first such element, or nil.
func First(root *html.Node, name string) *html.Node {
	for n := range Elements(root, name) {
		return n
	}
	return nil
}

// Attr returns the value of an attribute, "" without it.
func Attr(n *html.Node, name string) string {
	value, _ := attr(n, name)
	return value
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Text returns what the element says, its spaces made single.
func Text(n *html.Node) string {
	var b strings.Builder
	if n != nil {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data)
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Link returns the address of the first link that ends in suffix, or "".
func Link(root *html.Node, suffix string) string {
	for a := range Elements(root, "a") {
		if href := Attr(a, "href"); strings.HasSuffix(href, suffix) {
			return href
		}
	}
	return ""
}

func within(n *html.Node, attribute string) bool {
	for p := range n.Ancestors() {
		if _, ok := attr(p, attribute); ok {
			return true
		}
	}
	return false
}
