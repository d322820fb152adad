package forms

import (
	"regexp"
	"strings"

	"github.com/sealform/sealform/internal/lazyregexp"
)

// An itemKey is one row of the grammar: where a key may stand, and how it is
// read. A nil on means on every item.
type itemKey struct {
	on  func(*Item) bool
	set func(p *parsing, it *Item, n *node)
}

var itemKeys = map[string]itemKey{
	"ask":         {nil, func(p *parsing, it *Item, n *node) { it.Ask = p.text("ask", n) }},
	"md":          {nil, func(p *parsing, it *Item, n *node) { it.MD = p.rich("md", n) }},
	"hint":        {nil, func(p *parsing, it *Item, n *node) { it.Hint = p.text("hint", n) }},
	"help":        {nil, func(p *parsing, it *Item, n *node) { it.Help = p.text("help", n) }},
	"prefix":      {nil, func(p *parsing, it *Item, n *node) { it.Prefix = p.text("prefix", n) }},
	"clause":      {nil, func(p *parsing, it *Item, n *node) { it.Clause = p.text("clause", n) }},
	"verbatim":    {nil, func(p *parsing, it *Item, n *node) { it.Verbatim = p.truth("verbatim", n) }},
	"countries":   {nil, func(p *parsing, it *Item, n *node) { it.Countries = p.countries(n) }},
	"show_if":     {nil, (*parsing).showIf},
	"show_when":   {nil, func(p *parsing, it *Item, n *node) { it.ShowAny = p.among("show_when", n, "all", "any") == "any" }},
	"required":    {mayRequire, func(p *parsing, it *Item, n *node) { it.Required = p.truth("required", n) }},
	"read_only":   {mayLock, func(p *parsing, it *Item, n *node) { it.ReadOnly = p.truth("read_only", n) }},
	"hidden":      {notPage, func(p *parsing, it *Item, n *node) { it.Hidden = p.truth("hidden", n) }},
	"min_times":   {several, func(p *parsing, it *Item, n *node) { it.MinTimes = p.whole("min_times", n, 0, 100) }},
	"max_times":   {several, func(p *parsing, it *Item, n *node) { it.MaxTimes = p.whole("max_times", n, 1, 100) }},
	"options":     {(*Item).choosable, func(p *parsing, it *Item, n *node) { it.Options = p.options("options", n) }},
	"scale":       {isScale, func(p *parsing, it *Item, n *node) { it.Options = p.options("scale", n) }},
	"other_label": {orType, func(p *parsing, it *Item, n *node) { it.OtherLabel = p.text("other_label", n) }},
	"precision":   {isDate, func(p *parsing, it *Item, n *node) { it.Precision = p.among("precision", n, ByMonth, ByYear) }},
	"min":         {ordered, func(p *parsing, it *Item, n *node) { it.Min = p.limit("min", it, n) }},
	"max":         {ordered, func(p *parsing, it *Item, n *node) { it.Max = p.limit("max", it, n) }},
	"min_len":     {typed, func(p *parsing, it *Item, n *node) { it.MinLen = p.whole("min_len", n, 0, maxLong) }},
	"max_len":     {typed, func(p *parsing, it *Item, n *node) { it.MaxLen = p.whole("max_len", n, 1, maxLong) }},
	"pattern":     {typed, (*parsing).patternOf},
	"decimals":    {decimal, func(p *parsing, it *Item, n *node) { d := p.whole("decimals", n, 0, 9); it.Decimals = &d }},
	"accept":      {isFile, (*parsing).accept},
	"signer":      {isSignature, (*parsing).signer},
	"max_bytes":   {isFile, func(p *parsing, it *Item, n *node) { it.MaxBytes = p.whole("max_bytes", n, 1, MaxFile) }},
	"unit":        {(*Item).numeric, (*parsing).unit},
	"units":       {isQuantity, (*parsing).units},
	"prefill":     {prefillable, (*parsing).prefill},
	"initial":     {mayBegin, (*parsing).initial},
	"autocomplete": {(*Item).Asked, func(p *parsing, it *Item, n *node) {
		it.Autocomplete = p.matching("autocomplete", n, tokens(), "autocomplete tokens")
	}},
	"flag":       {flaggable, (*parsing).flag},
	"alert":      {flaggable, func(p *parsing, it *Item, n *node) { it.Alert = p.among("alert", n, Crisis) }},
	"say":        {(*Item).Asked, (*parsing).say},
	"codes":      {notNote, (*parsing).codes},
	"definition": {notNote, func(p *parsing, it *Item, n *node) { it.Definition = p.text("definition", n) }},
	"score":      {isScore, (*parsing).score},
	"valueset":   {(*Item).choosable, func(p *parsing, it *Item, n *node) { it.ValueSet = p.text("valueset", n) }},
	"fhir":       {nil, func(p *parsing, it *Item, n *node) { it.FHIR = p.kept(n) }},
}

// maxLong is the most characters any answer can have.
const maxLong = 20_000

var tokens = lazyregexp.New(`^[a-z0-9-]+( [a-z0-9-]+)*$`)

func isDate(it *Item) bool      { return it.Kind == Date }
func isScore(it *Item) bool     { return it.Kind == Score }
func isScale(it *Item) bool     { return it.Kind == Scale }
func isQuantity(it *Item) bool  { return it.Kind == Quantity }
func isFile(it *Item) bool      { return it.Kind == File }
func isSignature(it *Item) bool { return it.Kind == Signature }
func orType(it *Item) bool      { return it.Kind == PickOrType }
func notNote(it *Item) bool     { return it.Kind != Note }
func decimal(it *Item) bool     { return it.Kind == Number || it.Kind == Quantity }
func ordered(it *Item) bool     { return it.Kind != Score && it.numeric() || it.dated() }

// carriesMore reports whether an answer is more than anybody could know
// beforehand.
func carriesMore(it *Item) bool { return it.Kind == File || it.Kind == Signature }

func notPage(it *Item) bool     { return it.Kind != Page }
func mayLock(it *Item) bool     { return it.Asked() && !carriesMore(it) || it.Kind == Score }
func prefillable(it *Item) bool { return it.Asked() && !carriesMore(it) || it.Field == Name }

func mayRequire(it *Item) bool { return it.Kind != Note && it.Kind != Score && it.Kind != Page }

func several(it *Item) bool {
	return it.Kind == PickMany || it.Kind == File || it.Kind == Group && it.Repeats
}

func typed(it *Item) bool {
	switch it.Kind {
	case Text, Long, Email, Phone, URL, Initials, PickOrType:
		return true
	}
	return false
}

func flaggable(it *Item) bool {
	return it.choosable() || it.numeric() || it.Kind == YesNo
}

// limit reads min: or max:, a number or a day.
func (p *parsing) limit(key string, it *Item, n *node) string {
	s := p.scalar(key, n)
	if it.dated() {
		if _, ok := day(s, epoch); !ok && s != "" {
			p.fail(n.line, "%s: is %q; write a date as 2026-05-31, or today, today-18y, today+30d", key, s)
		}
		return s
	}
	if !written().MatchString(s) && s != "" || len(s) > 18 {
		p.fail(n.line, "%s: is %q; write a number, such as 12 or 0.5", key, s)
	}
	return s
}

// signer reads who signs. The client needs no word, so none is kept.
func (p *parsing) signer(it *Item, n *node) {
	if who := p.among("signer", n, "client", GuardianSigns, WitnessSigns); who != "client" {
		it.Signer = who
	}
}

func (p *parsing) patternOf(it *Item, n *node) {
	it.Pattern = p.scalar("pattern", n)
	var err error
	it.pattern, err = regexp.Compile(anchored(it.Pattern))
	if err != nil {
		p.fail(n.line, "pattern: is no regular expression (RE2): %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
}

// anchored makes the whole answer match.
func anchored(pattern string) string { return `\A(?:` + pattern + `)\z` }

func (p *parsing) prefill(it *Item, n *node) {
	it.Prefill = p.among("prefill", n, "first_name", "full_name", "email", "phone", "dob")
	wants := map[string][]Kind{"email": {Email, Text}, "phone": {Phone, Text}, "dob": {BirthDate, Date}}[it.Prefill]
	if wants == nil {
		wants = []Kind{Text, Group}
	}
	for _, k := range wants {
		if it.Kind == k {
			return
		}
	}
	p.fail(n.line, "prefill: %s does not fit type: %s; remove it", it.Prefill, it.typeName())
}

func (p *parsing) say(it *Item, n *node) {
	if n.kind != table {
		p.fail(n.line, "say: must be {missing: …, impossible: …, rule: …}")
		return
	}
	for _, kv := range n.keys {
		switch kv.key {
		case "missing":
			it.Say.Missing = p.text("missing", kv.value)
		case "impossible":
			it.Say.Impossible = p.text("impossible", kv.value)
		case "rule":
			it.Say.Rule = p.text("rule", kv.value)
		default:
			p.fail(kv.line, "%s: is no key of say; use missing, impossible, rule", kv.key)
		}
	}
}
