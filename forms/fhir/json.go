package fhir

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// An object is JSON as it was written, numbers included.
type object = map[string]any

// maxBytes is the most of one Questionnaire; maxNesting how deep its JSON goes.
const (
	maxBytes   = 2 << 20
	maxNesting = 100
)

func decode(src []byte) (object, *Problem) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if len(src) > maxBytes {
		return nil, &Problem{Name: TooLarge, Text: "the file is larger than 2 MB; split the questionnaire"}
	}
	if tooDeep(src) {
		return nil, &Problem{Name: TooLarge, Text: "the JSON is nested more than 100 deep; make the questionnaire flatter"}
	}
	d := json.NewDecoder(bytes.NewReader(src))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return nil, &Problem{Name: NotJSON, Text: "this is not one JSON object; export the questionnaire as JSON again"}
	}
	o, _ := v.(object)
	if o["resourceType"] != "Questionnaire" {
		return nil, &Problem{Name: NotQuestionnaire, Text: `"resourceType" is not "Questionnaire"; send a FHIR R4 Questionnaire`}
	}
	return o, nil
}

// tooDeep looks before anything is built. Brackets within texts only make it
// look deeper while they are open.
func tooDeep(src []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '{' || c == '['):
			if depth++; depth > maxNesting {
				return true
			}
		case !quoted && (c == '}' || c == ']'):
			depth--
		}
	}
	return false
}

// encode writes JSON with its keys in order, on one line.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("fhir: " + err.Error()) // only what was decoded or made here comes here
	}
	text := strings.TrimSpace(b.String())
	if plainASCII(text) {
		return text
	}
	return lineBreaks.Replace(escapeControls(text))
}

// plainASCII reports whether s holds nothing from DEL on, as most texts do: no
// rule here changes anything in it.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// lineBreaks escapes what YAML takes for line breaks, or refuses.
var lineBreaks = strings.NewReplacer("\u0085", `\u0085`, "\ufeff", `\ufeff`)

func escapeControls(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == 0x7f || r > 0x7f && r < 0xa0 && r != 0x85 }) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r == 0x7f || r > 0x7f && r < 0xa0 {
			const hex = "0123456789abcdef"
			b.WriteString(`\u00` + string(hex[r>>4]) + string(hex[r&15]))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func parse(s string) object {
	if s == "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var o object
	if d.Decode(&o) != nil {
		return nil // the grammar let nothing but objects in
	}
	return o
}

func str(o object, key string) string {
	s, _ := o[key].(string)
	return s
}

func truth(o object, key string) bool {
	b, _ := o[key].(bool)
	return b
}

func sub(o object, key string) object {
	m, _ := o[key].(object)
	return m
}

// objects returns the objects of a list.
func objects(v any) []object {
	list, _ := v.([]any)
	var out []object
	for _, e := range list {
		if o, ok := e.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

func number(v any) (string, bool) {
	n, ok := v.(json.Number)
	return n.String(), ok
}

// extension returns the first extension of the URL, or nil.
func extension(o object, url string) object {
	for _, e := range objects(o["extension"]) {
		if e["url"] == url {
			return e
		}
	}
	return nil
}

// strict returns s when FHIR R4's string can be it ([ \r\n\t\S]+: no space but
// the plain one), and "" otherwise.
func strict(s string) string {
	if plainSpaces(s) != s {
		return ""
	}
	return s
}

func plainSpaces(s string) string {
	if plainASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r > ' ' && unicode.IsSpace(r) || r == '\ufeff' {
			return ' '
		}
		return r
	}, s)
}

// plainly puts plain spaces into all strings of v but codes: what people type
// holds others, and strings of FHIR R4 do not.
func plainly(v any) any {
	switch t := v.(type) {
	case string:
		if plain := plainSpaces(t); plain != t {
			return plain
		}
	case object:
		for key, e := range t {
			if key != "code" {
				t[key] = plainly(e)
			}
		}
	case []any:
		for i, e := range t {
			t[i] = plainly(e)
		}
	}
	return v
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }

// value returns an object's value[x] with its key, such as valueCoding.
func value(o object, prefix string) (key string, v any) {
	var keys []string
	for k := range o {
		if strings.HasPrefix(k, prefix) && len(k) > len(prefix) && k[len(prefix)] >= 'A' && k[len(prefix)] <= 'Z' {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return "", nil
	}
	slices.Sort(keys)
	return strings.TrimPrefix(keys[0], prefix), o[keys[0]]
}
