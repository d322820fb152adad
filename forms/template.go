package forms

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// A Template is one version of a form. It must not be changed after Parse.
type Template struct {
	Name      string // such as "adult-intake"
	Version   string // such as "1.3.0"
	Title     string
	Status    string   // draft, active or retired
	Type      string   // intake, consent, acknowledgement, notice or measure
	Language  string   // BCP 47, such as "en-AU"
	Countries []string // where it may be used; nil for everywhere
	Minutes   int      // to fill it in; 0 if nobody said
	Who       []string // who may answer: client, guardian, representative
	Reviewed  string   // date of the last legal review, 2006-01-02
	Citations []string // of the law it rests on
	Clauses   []string // names of the reviewed clauses its texts come from
	Sign      *Sign    // never nil
	Items     []*Item

	Translations []Translation // by language; whole, each

	// FHIR holds what a FHIR Questionnaire said that forms have no word for, a
	// JSON object; or "". Package forms/fhir writes and reads it.
	FHIR string

	other *localised
	own   *Template // of a translated one: the template itself
	pages []*Item
	paged bool    // Items are pages
	order []*Item // every item, parents before children
	byID  map[string]*Item
}

// Sign says what the signature under a form means.
type Sign struct {
	Role      string // consent, author or acknowledge
	Statement string // what is signed, plain text, never empty
	Witness   bool   // somebody else must say that they saw it signed
}

// Pages returns the pages. A template without any is one page with no ID and
// the template's title.
func (t *Template) Pages() []*Item { return t.pages }

// Item returns the item with the id, or nil.
func (t *Template) Item(id string) *Item { return t.byID[id] }

// Walk calls fn for every item, parents before children, in the order asked.
// When fn returns false, the item's own items are left out.
func (t *Template) Walk(fn func(*Item) bool) {
	for i := 0; i < len(t.order); {
		if it := t.order[i]; fn(it) {
			i++
		} else {
			i = it.end
		}
	}
}

// Alerts reports whether an answer to some item raises an alert.
func (t *Template) Alerts() bool {
	return slices.ContainsFunc(t.order, func(it *Item) bool { return it.Alert != "" })
}

// ForCountry reports whether the template may be used in the country, an ISO
// 3166-1 alpha-2 code.
func (t *Template) ForCountry(country string) bool { return includes(t.Countries, country) }

// noticeHeader is the clause with the words that 45 CFR 164.520(b)(1)(i) puts at
// the head of every Notice of Privacy Practices.
const noticeHeader = "npp.header"

// IsPrivacyNotice reports whether the template asks to acknowledge a Notice of
// Privacy Practices, whatever it is called: a practice may have a copy of its own.
func (t *Template) IsPrivacyNotice() bool {
	return t.Type == "acknowledgement" && slices.Contains(t.Clauses, noticeHeader)
}

// SHA256 returns the hash of Canonical in lower-case hexadecimal.
func (t *Template) SHA256() string {
	sum := sha256.Sum256(t.Canonical())
	return hex.EncodeToString(sum[:])
}

// link works out what reading needs from the items alone. Parse and Resolve
// call it once, before anybody else sees the template.
func (t *Template) link() {
	t.order, t.byID, t.other = nil, map[string]*Item{}, &localised{}
	for _, it := range t.Items {
		t.add(it, nil)
	}
	t.paged = len(t.Items) > 0 && t.Items[0].Kind == Page
	t.pages = t.Items
	if !t.paged {
		t.pages = []*Item{{Kind: Page, Ask: t.Title, Items: t.Items}}
	}
	for n, page := range t.pages {
		for _, it := range page.Items {
			for _, inner := range t.order[it.index:it.end] {
				inner.page = n
			}
		}
		page.page = n
	}
	for _, it := range t.order {
		it.ShowIf = slices.Clone(it.ShowIf)
		for i := range it.ShowIf {
			it.ShowIf[i].target = t.byID[it.ShowIf[i].Question]
		}
	}
}

func (t *Template) add(it, parent *Item) {
	it.parent, it.index = parent, len(t.order)
	it.lang, it.say = t.Language, sentences.In(t.Language)
	it.inRows = parent != nil && (parent.inRows || parent.Repeats)
	it.controls = nil
	for _, part := range it.Controls() {
		it.controls = append(it.controls, Control(it.ID, part))
	}
	t.order = append(t.order, it)
	if t.byID[it.ID] == nil {
		t.byID[it.ID] = it
	}
	for _, child := range it.Items {
		t.add(child, it)
	}
	it.end = len(t.order)
}

// Branches reports whether some item is asked only when others were answered in
// a certain way. Where none is, every page and item shows.
func (t *Template) Branches() bool {
	return slices.ContainsFunc(t.order, func(it *Item) bool { return len(it.ShowIf) > 0 })
}
