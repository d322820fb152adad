package forms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Canonical returns the template as YAML: the same bytes for equal templates,
// with everything that Parse added written out. Parse makes an equal template
// of it.
func (t *Template) Canonical() []byte {
	w := &writer{}
	w.head(t)
	w.kept(t.FHIR)
	w.items(t.Items)
	w.translations(t.Translations)
	return w.b.Bytes()
}

func (w *writer) head(t *Template) {
	w.text("form", t.Name)
	w.text("version", t.Version)
	w.text("title", t.Title)
	w.text("status", t.Status)
	w.text("kind", t.Type)
	w.texts("countries", t.Countries)
	w.text("language", t.Language)
	w.texts("who", t.Who)
	w.whole("minutes", t.Minutes)
	w.raw("sign", signYAML(t.Sign))
	w.text("reviewed", t.Reviewed)
	w.texts("citations", t.Citations)
	w.texts("clauses", t.Clauses)
}

// A writer writes YAML, every text a JSON string, which YAML reads alike.
type writer struct {
	b      bytes.Buffer
	indent int
	dash   bool // the next line begins a list element
	keys   *[]Key
}

func (w *writer) raw(key, value string) {
	if w.keys != nil {
		*w.keys = append(*w.keys, Key{key, value})
		return
	}
	indent := w.indent
	if w.dash {
		indent--
	}
	w.b.WriteString(strings.Repeat("  ", max(indent, 0)))
	if w.dash {
		w.b.WriteString("- ")
		w.dash = false
	}
	w.b.WriteString(key + ": " + value + "\n")
}

// quote writes s so that YAML and JSON read it alike. YAML takes U+0085,
// U+2028 and U+2029 for line breaks, so they are escaped, and with them every
// space but the plain one: strings of FHIR R4 hold no other.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) // a string cannot fail
	return escapeSpaces(strings.TrimSuffix(b.String(), "\n"))
}

func escapeSpaces(s string) string {
	other := func(r rune) bool { return r > ' ' && unicode.IsSpace(r) || r == '\ufeff' }
	if !strings.ContainsFunc(s, other) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if other(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (w *writer) text(key, s string) {
	if s != "" {
		w.raw(key, quote(s))
	}
}

func (w *writer) whole(key string, n int) {
	if n != 0 {
		w.raw(key, strconv.Itoa(n))
	}
}

func (w *writer) truth(key string, b bool) {
	if b {
		w.raw(key, "true")
	}
}

func (w *writer) texts(key string, list []string) {
	if len(list) > 0 {
		w.raw(key, quoteAll(list))
	}
}

func quoteAll(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func (w *writer) items(items []*Item) {
	w.raw("items", "")
	w.indent++
	for _, it := range items {
		w.dash = true
		w.item(it)
	}
	w.indent--
}

func (w *writer) item(it *Item) {
	w.own(it)
	if len(it.Items) > 0 {
		w.items(it.Items)
	}
}

// own writes the item without those in it.
func (w *writer) own(it *Item) {
	w.text("id", it.ID)
	w.text("type", baseType(it.Kind))
	w.text("field", string(it.Field))
	w.text("control", it.Control)
	w.truth("repeats", it.Repeats || it.Kind == PickMany)
	w.text("prefix", it.Prefix)
	w.text("ask", it.Ask)
	w.text("md", it.MD)
	w.text("hint", it.Hint)
	w.text("help", it.Help)
	w.text("clause", it.Clause)
	w.truth("verbatim", it.Verbatim)
	w.texts("countries", it.Countries)
	w.truth("required", it.Required)
	if it.Kind == Score {
		w.raw("hidden", strconv.FormatBool(it.Hidden))
	} else {
		w.truth("hidden", it.Hidden)
		w.truth("read_only", it.ReadOnly)
	}
	w.whole("min_times", it.MinTimes)
	w.whole("max_times", it.MaxTimes)
	w.conditions(it)
	w.choices(it)
	w.rules(it)
	w.marks(it)
}

func (w *writer) conditions(it *Item) {
	if it.ShowAny {
		w.raw("show_when", "any")
	}
	var list []string
	for _, c := range it.ShowIf {
		list = append(list, "{q: "+quote(c.Question)+", "+quote(c.Op)+": "+quote(c.Value)+"}")
	}
	w.flow("show_if", list)
}

// flow writes a list whose elements are YAML already, one a line.
func (w *writer) flow(key string, elements []string) {
	if len(elements) == 0 {
		return
	}
	if w.keys != nil {
		w.raw(key, "["+strings.Join(elements, ", ")+"]")
		return
	}
	w.raw(key, "")
	indent := strings.Repeat("  ", w.indent)
	for _, e := range elements {
		w.b.WriteString(indent + "- " + e + "\n")
	}
}

// flowTable writes {key: "value", …} from keys and values, without empty ones.
func flowTable(keysAndValues ...string) string {
	var parts []string
	for i := 0; i < len(keysAndValues); i += 2 {
		if v := keysAndValues[i+1]; v != "" {
			parts = append(parts, keysAndValues[i]+": "+quote(v))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (w *writer) choices(it *Item) {
	if it.parent != nil && it.parent.Kind == Scale {
		return // the scale holds them
	}
	var list []string
	for _, o := range it.Options {
		s := "{code: " + quote(o.Code) + ", text: " + quote(o.Text)
		if o.System != "" {
			s += ", system: " + quote(o.System)
		}
		if o.Score != nil {
			s += ", score: " + strconv.Itoa(*o.Score)
		}
		if o.Exclusive {
			s += ", exclusive: true"
		}
		list = append(list, s+"}")
	}
	if it.Kind == Scale {
		w.flow("scale", list)
	} else {
		w.flow("options", list)
	}
	w.text("other_label", it.OtherLabel)
}

func (w *writer) rules(it *Item) {
	w.text("precision", it.Precision)
	w.text("min", it.Min)
	w.text("max", it.Max)
	w.whole("min_len", it.MinLen)
	w.whole("max_len", it.MaxLen)
	w.text("pattern", it.Pattern)
	if it.Decimals != nil {
		w.raw("decimals", strconv.Itoa(*it.Decimals))
	}
	w.text("signer", it.Signer)
	w.texts("accept", it.Accept)
	w.whole("max_bytes", it.MaxBytes)
	w.text("unit", it.Unit)
	var units []string
	for _, u := range it.Units {
		units = append(units, flowTable("code", u.Code, "text", u.Text, "system", u.System))
	}
	w.flow("units", units)
	if r := it.Score; r != nil {
		w.raw("score", scoreYAML(r))
	}
	w.text("flag", it.Flag)
	w.text("alert", it.Alert)
}

func scoreYAML(r *ScoreRule) string {
	s := "{sum: " + quoteAll(r.Sum)
	if r.Need > 0 {
		s += ", need: " + strconv.Itoa(r.Need)
	}
	if len(r.Bands) > 0 {
		var bands []string
		for _, b := range r.Bands {
			bands = append(bands, "["+strconv.Itoa(b.From)+", "+quote(b.Text)+"]")
		}
		s += ", bands: [" + strings.Join(bands, ", ") + "]"
	}
	return s + "}"
}

func (w *writer) marks(it *Item) {
	w.text("prefill", it.Prefill)
	if it.Kind == PickMany {
		w.texts("initial", it.Initial)
	} else if len(it.Initial) > 0 {
		w.text("initial", it.Initial[0])
	}
	w.text("autocomplete", it.Autocomplete)
	if say := flowTable("missing", it.Say.Missing, "impossible", it.Say.Impossible, "rule", it.Say.Rule); say != "{}" {
		w.raw("say", say)
	}
	var codes []string
	for _, c := range it.Codes {
		codes = append(codes, flowTable("system", c.System, "code", c.Code, "display", c.Display))
	}
	w.flow("codes", codes)
	w.text("definition", it.Definition)
	w.text("valueset", it.ValueSet)
	w.kept(it.FHIR)
}

func (w *writer) translations(all []Translation) {
	if len(all) == 0 {
		return
	}
	w.raw("translations", "")
	w.indent++
	for _, tr := range all {
		w.raw(tr.Language, "")
		w.indent++
		w.text("title", tr.Title)
		w.text("statement", tr.Statement)
		if len(tr.Items) > 0 {
			w.raw("items", "")
			w.indent++
			for _, id := range slices.Sorted(maps.Keys(tr.Items)) {
				w.raw(quote(id), tr.Items[id].yaml())
			}
			w.indent--
		}
		w.indent--
	}
	w.indent--
}

func (s Texts) yaml() string {
	parts := []string{strings.Trim(flowTable("ask", s.Ask, "md", s.MD, "hint", s.Hint, "help", s.Help, "other_label", s.OtherLabel, "unit", s.Unit), "{}")}
	add := func(key, value string) {
		if value != "{}" {
			parts = append(parts, key+": "+value)
		}
	}
	add("say", flowTable("missing", s.Say.Missing, "impossible", s.Say.Impossible, "rule", s.Say.Rule))
	add("options", flowMap(s.Options))
	add("units", flowMap(s.Units))
	bands := map[string]string{}
	for from, text := range s.Bands {
		bands[strconv.Itoa(from)] = text
	}
	add("bands", flowMap(bands))
	if parts[0] == "" {
		parts = parts[1:]
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func flowMap(m map[string]string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, quote(key), m[key])
	}
	return flowTable(pairs...)
}

func signYAML(s *Sign) string {
	text := "{role: " + quote(s.Role) + ", statement: " + quote(s.Statement)
	if s.Witness {
		text += ", witness: true"
	}
	return text + "}"
}
