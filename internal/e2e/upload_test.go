package e2e_test

import (
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

// cards is a form that asks for an insurance card and for papers.
const cards = `
form: cards
version: "1.0.0"
title: Your card and papers
kind: intake
sign: {role: author, statement: These are mine.}
items:
- id: page
  type: group
  control: page
  ask: Your card and papers
  items:
  - {id: cover, type: group, field: insurance}
  - {id: papers, type: file, ask: Your papers, max_times: 2}
  - {id: words, type: text, ask: Your words, required: true, show_if: [{q: papers, exists: true}]}
`

// order publishes a template and sends a document of it.
func (d *demo) order(t *testing.T, template string) document {
	t.Helper()
	status, made := d.send(t, "/templates", "application/yaml", []byte(template))
	if status != http.StatusCreated {
		t.Fatalf("publishing is %d %v", status, made)
	}
	body, err := json.Marshal(map[string]any{"template": made["name"], "client": map[string]string{"first_name": "Robin"}, "deliver": "none"})
	if err != nil {
		t.Fatal(err)
	}
	status, issued := d.send(t, "/documents", "application/json", body)
	if status != http.StatusCreated {
		t.Fatalf("sending is %d %v", status, issued)
	}
	return document{ID: issued["id"].(string), Template: fmt.Sprint(made["name"]), Link: issued["link"].(string), Code: issued["code"].(string)}
}

func fileOf(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func photoOf(t *testing.T, name string, w, h int) string {
	t.Helper()
	path := fileOf(t, name, nil)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := jpeg.Encode(f, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUploadsInChromium(t *testing.T) {
	chromium := testbrowser.NewChromium(t)
	letter := fileOf(t, "letter.pdf", []byte("%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n"))
	program := fileOf(t, "photo.jpg", []byte("MZ a program"))
	card := photoOf(t, "card.jpg", 3000, 2000)
	d := start(t)
	silent := phone
	silent.NoScripts = true
	for name, screen := range map[string]testbrowser.Screen{"with scripts": phone, "without scripts": silent} {
		t.Run(name, func(t *testing.T) {
			doc := d.order(t, strings.Replace(cards, "1.0.0", map[bool]string{true: "1.0.0", false: "1.1.0"}[screen.NoScripts], 1))
			tab := chromium.Tab(t, screen)
			c := &client{t: t, tab: tab, doc: doc, visit: func(name string) { inspect(t, tab, name) }}
			tab.Allow("422")
			c.unlock()
			c.visit("cards")
			front := tab.Evaluate(`document.querySelector('fieldset.upload').dataset.path`)
			if screen.NoScripts {
				c.uploadByHand(front, card, letter, program)
			} else {
				c.uploadByScript(front, card, letter, program)
			}
			c.visit("cards-sent")
			tab.Type("words", "Reed 1")
			tab.Continue()
			c.visit("cards-review")
			if text := testbrowser.Text(testbrowser.First(tab.Page().Root, "main")); !strings.Contains(text, "card.jpg (") || !strings.Contains(text, "letter.pdf (") {
				t.Errorf("the review names no files: %s", text)
			}
			tab.Continue()
			tab.Fill()
			tab.Continue()
			link := testbrowser.Link(tab.Page().Root, ".pdf")
			if kind, begins := tab.Fetch(link); kind != "application/pdf" || begins != "%PDF-" {
				t.Errorf("the copy is %s, and begins with %q", kind, begins)
			}
			if kind, begins := tab.Fetch(testbrowser.Link(tab.Page().Root, "attachments/1")); kind != "image/jpeg" || !strings.HasPrefix(begins, "\u00ff\u00d8") {
				t.Errorf("the photo is %s, and begins with %q", kind, begins)
			}
			for _, line := range tab.Noise() {
				t.Errorf("the console: %s", line)
			}
		})
	}
}

// uploadByHand chooses files and presses what sends them.
func (c *client) uploadByHand(front, card, letter, program string) {
	c.t.Helper()
	c.tab.Upload("papers", program)
	c.tab.Continue()
	c.visit("cards-refused")
	if text := testbrowser.Text(testbrowser.First(c.tab.Page().Root, "main")); !strings.Contains(text, "That kind of file cannot be used here.") {
		c.t.Errorf("a program was taken: %s", text)
	}
	c.tab.Upload(front, card)
	c.tab.Upload("papers", letter)
	c.tab.Press(`document.querySelector('[name=_upload]')`)
}

// uploadByScript only chooses files: the page sends them by itself, says why
// not, and waits for the network.
func (c *client) uploadByScript(front, card, letter, program string) {
	c.t.Helper()
	c.tab.Upload("papers", program)
	c.tab.Until(`document.querySelector('fieldset[data-path="papers"] .error')`)
	c.visit("cards-refused")
	c.tab.Upload(front, card)
	c.tab.Until(`document.querySelector('.file')`)
	c.tab.Offline(true)
	c.tab.Upload("papers", letter)
	c.tab.Until(`document.querySelector('.sending')?.textContent.startsWith('No connection.')`)
	c.tab.Offline(false)
	c.tab.Until(`document.querySelectorAll('.file').length === 2`)
}
