// Package views owns what people look at: a typed struct for every page, the
// HTML files that print them, and the compiled pages of a template.
//
// A page knows no request, no database and no route: every address it prints
// is given to it in a field. It never imports the web framework. What it prints
// holds no inline script, style or event handler and asks nothing of any other
// host, so that the strictest Content-Security-Policy fits all pages.
package views

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"sync"

	"github.com/gofiber/template/html/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/static"
)

//go:embed html
var files embed.FS

// A Page is a struct that Render can print. View names its HTML file below
// html, without the ending: "client/unlock".
type Page interface{ View() string }

// Views prints pages. It is safe for use by many goroutines.
type Views struct {
	engine  *html.Engine
	prepare func()
}

// New returns views that are prepared when the first page is asked for, or
// before by Prepare.
func New() *Views {
	v := &Views{}
	v.prepare = sync.OnceFunc(v.load)
	return v
}

// load parses every view and prints each page once from its zero struct, so
// that no page is printed, and Prepare panics, while one view does not fit its
// struct. Printing once also makes html/template finish its own escaping pass,
// which writes to the shared set, before goroutines share it.
func (v *Views) load() {
	sub, err := fs.Sub(files, "html")
	if err != nil {
		panic("internal error: open the views: " + err.Error())
	}
	v.engine = html.NewFileSystem(http.FS(sub), ".html")
	v.engine.AddFuncMap(funcs())
	if err := v.engine.Load(); err != nil {
		panic("internal error: parse the views: " + err.Error())
	}
	for _, p := range Pages() {
		if err := v.print(io.Discard, p); err != nil {
			panic("internal error: " + err.Error())
		}
	}
}

// Prepare makes the pages ready, so that nobody waits for that.
func (v *Views) Prepare() { v.prepare() }

// Render prints the page to w. Nothing reaches w unless the whole page could be
// printed, so a caller can still answer with an error page.
func (v *Views) Render(w io.Writer, p Page) error {
	v.prepare()
	return v.print(w, p)
}

// print passes no layout to the engine: it would print all pages under one lock,
// and concurrent pages without one would fail. Head and foot are partials.
func (v *Views) print(w io.Writer, p Page) error {
	var page bytes.Buffer
	if err := v.engine.Render(&page, p.View(), p); err != nil {
		return fmt.Errorf("print the view %s: %w", p.View(), err)
	}
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("write the view %s: %w", p.View(), err)
	}
	return nil
}

// lookup returns a partial; nil when there is none.
func (v *Views) lookup(name string) *template.Template {
	v.prepare()
	return v.engine.Templates.Lookup(name)
}

func funcs() map[string]any {
	return map[string]any{
		"asset":  static.URL,
		"title":  title,
		"tel":    tel,
		"input":  input,
		"blocks": forms.Markdown,
		"prose":  func(level int, b []forms.Block) prose { return prose{level, b} },
		"choice": choice,
		"qr":     qrOf,
	}
}

// tel turns a phone number as people write it into a tel: address. Only digits
// and a leading plus are kept, so the result is safe to print as it stands.
func tel(phone string) template.URL {
	b := []byte("tel:")
	for i, r := range phone {
		if r >= '0' && r <= '9' || r == '+' && i == 0 {
			b = append(b, byte(r))
		}
	}
	return template.URL(b)
}
