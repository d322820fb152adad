package views_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// void elements have no end tag.
var void = []string{"meta", "link", "input", "img", "br", "hr", "path"}

// faults reads a page token by token and returns what a person, a screen reader
// or the Content-Security-Policy would stumble over.
func faults(page []byte) []string {
	c := &checker{seen: map[string]int{}, ids: map[string]bool{}, labelled: map[string]bool{}}
	z := html.NewTokenizer(bytes.NewReader(page))
	for z.Next() != html.ErrorToken {
		c.token(z.Token())
	}
	c.end()
	return c.out
}

type checker struct {
	out      []string
	open     []string
	seen     map[string]int
	ids      map[string]bool
	labelled map[string]bool
	refs     []string // ids that are pointed to
	need     []string // ids of controls that need a label
	title    string
}

func (c *checker) fail(format string, args ...any) {
	c.out = append(c.out, fmt.Sprintf(format, args...))
}

func (c *checker) token(t html.Token) {
	switch t.Type {
	case html.TextToken:
		if len(c.open) > 0 && c.open[len(c.open)-1] == "title" {
			c.title += t.Data
		}
	case html.SelfClosingTagToken:
		c.start(t)
	case html.StartTagToken:
		c.start(t)
		if !slices.Contains(void, t.Data) {
			c.open = append(c.open, t.Data)
		}
	case html.EndTagToken:
		if len(c.open) == 0 || c.open[len(c.open)-1] != t.Data {
			c.fail("</%s> closes %v", t.Data, c.open)
			return
		}
		c.open = c.open[:len(c.open)-1]
	}
}

func (c *checker) start(t html.Token) {
	c.seen[t.Data]++
	attrs := map[string]string{}
	for _, a := range t.Attr {
		if _, twice := attrs[a.Key]; twice {
			c.fail("<%s> has %s twice", t.Data, a.Key)
		}
		attrs[a.Key] = a.Val
		c.attr(t.Data, a.Key, a.Val)
	}
	switch t.Data {
	case "style":
		c.fail("an inline style")
	case "script":
		if attrs["src"] == "" {
			c.fail("an inline script")
		}
	case "html":
		if attrs["lang"] == "" {
			c.fail("no lang")
		}
	case "label":
		c.labelled[attrs["for"]] = true
	case "img":
		if _, ok := attrs["alt"]; !ok {
			c.fail("an image without alt")
		}
	case "input", "select", "textarea":
		c.control(t.Data, attrs)
	}
}

func (c *checker) attr(tag, key, value string) {
	switch {
	case strings.HasPrefix(key, "on"), key == "style", key == "required":
		c.fail("<%s> has %s", tag, key)
	case key == "id":
		if c.ids[value] || value == "" || strings.ContainsAny(value, " :@") {
			c.fail("bad or repeated id %q", value)
		}
		c.ids[value] = true
	case key == "for", key == "aria-labelledby":
		c.refs = append(c.refs, value)
	case key == "aria-describedby":
		c.refs = append(c.refs, strings.Fields(value)...)
	case key == "href" && strings.HasPrefix(value, "#"):
		c.refs = append(c.refs, value[1:])
	case (key == "src" || key == "action") && strings.Contains(value, "//"):
		c.fail("<%s> asks another host: %s", tag, value)
	}
}

func (c *checker) control(tag string, attrs map[string]string) {
	if attrs["type"] == "hidden" || slices.Contains(c.open, "label") || attrs["aria-label"] != "" {
		return
	}
	if attrs["id"] == "" {
		c.fail("<%s name=%s> has no label", tag, attrs["name"])
		return
	}
	c.need = append(c.need, attrs["id"])
}

func (c *checker) end() {
	if len(c.open) > 0 {
		c.fail("never closed: %v", c.open)
	}
	if strings.TrimSpace(c.title) == "" {
		c.fail("no title")
	}
	for tag, n := range map[string]int{"h1": 1, "main": 1, "title": 1} {
		if c.seen[tag] != n {
			c.fail("%d <%s>", c.seen[tag], tag)
		}
	}
	for _, id := range c.refs {
		if id != "" && !c.ids[id] {
			c.fail("nothing has the id %q", id)
		}
	}
	for _, id := range c.need {
		if !c.labelled[id] {
			c.fail("no label for %q", id)
		}
	}
}
