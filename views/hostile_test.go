package views_test

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"golang.org/x/net/html"

	"github.com/sealform/sealform/views"
)

// A page prints the same tags whatever its fields say: a value can become text
// and the value of an attribute, never markup.
func TestNoFieldBecomesMarkup(t *testing.T) {
	v := views.New()
	for _, p := range views.Pages() {
		calm := tags(render(t, v, filled(p, "word")))
		for _, evil := range []string{
			`"><script>alert(1)</script>`, `' onmouseover='alert(1)`, `</title></textarea></a><b>`, "<!-- ", "javascript:alert(1)", "\x00",
		} {
			page := render(t, v, filled(p, evil))
			if got := tags(page); !slices.Equal(got, calm) {
				t.Errorf("%s with %q: tags change from\n%v to\n%v", p.View(), evil, calm, got)
			}
			if runsScript.Match(page) {
				t.Errorf("%s: a link runs a script", p.View())
			}
		}
	}
}

var runsScript = regexp.MustCompile(`(href|action|src)="javascript:`)

// tags lists a page's tags with the names of their attributes.
func tags(page []byte) []string {
	var all []string
	z := html.NewTokenizer(bytes.NewReader(page))
	for z.Next() != html.ErrorToken {
		t := z.Token()
		if t.Type == html.TextToken {
			continue
		}
		tag := fmt.Sprint(int(t.Type), t.Data)
		if t.Type == html.CommentToken {
			tag = "comment"
		}
		for _, a := range t.Attr {
			tag += " " + a.Key
		}
		all = append(all, tag)
	}
	return all
}

// filled returns the page with text in every field there is, two of each list.
func filled(p views.Page, text string) views.Page {
	v := reflect.New(reflect.TypeOf(p)).Elem()
	fill(v, text, 0)
	return v.Interface().(views.Page)
}

func fill(v reflect.Value, text string, depth int) {
	if depth > 8 || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(2)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text, depth+1)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text, depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), text, depth+1)
		}
	}
}
