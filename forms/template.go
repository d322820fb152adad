package forms

// A Template is one version of a form. It must not be changed after Parse.
type Template struct {
	Name      string // "adult-intake"
	Version   string // "1.3.0"
	Title     string
	Status    string   // draft, active or retired
	Type      string   // intake, consent, acknowledgement, notice or measure
	Language  string   // BCP 47, such as "en-AU"
	Countries []string // where it may be used; nil for everywhere
	Minutes   int
	Who       []string // client, guardian, representative
	Reviewed  string   // date of the last legal review, 2006-01-02
	Citations []string
	Clauses   []string
	Sign      *Sign // never nil
	Items     []*Item

	pages []*Item
	paged bool    // Items are pages
	order []*Item // every item, parents before children
	byID  map[string]*Item
}

// Sign says what the signature under a form means.
type Sign struct {
	Role      string // consent, author or acknowledge
	Statement string // what is signed, plain text
}

// Pages returns the pages; a template without any is one page with no ID.
func (t *Template) Pages() []*Item { return t.pages }

// Item returns the item with the id, or nil.
func (t *Template) Item(id string) *Item { return t.byID[id] }

// Walk calls fn for every item, parents before children, in the order asked.
// When fn returns false, the item's own items are left out.
func (t *Template) Walk(fn func(*Item) bool) {}

// ForCountry reports whether the template may be used in the country, an ISO
// 3166-1 alpha-2 code.
func (t *Template) ForCountry(country string) bool { return true }

// Label is the item's name as plain text: its question, or the start of its text.
func (it *Item) Label() string { return it.Ask }

// Page returns the number of the page the item is on, from 0.
func (it *Item) Page() int { return it.page }

// Option returns the option with the code, or nil.
func (it *Item) Option(code string) *Option { return nil }

// Parse reads one template. The error is an [Errors] with everything that is
// wrong, each with file, line, item and what to do.
func Parse(file string, yaml []byte) (*Template, error) { return nil, nil }

// Errors is everything wrong with a template.
type Errors []Error

// Error is one thing wrong with a template.
type Error struct {
	File string
	Line int
	Item string // id, "" at the top level
	Text string // what is wrong and what to do
}

func (e Error) Error() string  { return e.Text }
func (e Errors) Error() string { return "" }

// Library returns the newest version of every built-in template, by name.
func Library() []*Template { return nil }

// LibraryTemplate returns the newest version of a built-in template.
func LibraryTemplate(name string) (*Template, bool) { return nil, false }

// Vars are the values for {practice}, {phone} and so on.
type Vars struct {
	Practice, Phone, Email, Address, Website string
	Country, CountryName                     string
	StorageCountry, StorageCountryName       string
	Operator, PrivacyContact, EffectiveDate  string
}

// Resolve fills in the variables and leaves out items of other countries.
func (t *Template) Resolve(v Vars) (*Template, error) { return t, nil }

// Canonical returns the template as YAML, the same bytes for equal templates.
func (t *Template) Canonical() []byte { return nil }

// SHA256 returns the hash of Canonical in lower-case hexadecimal.
func (t *Template) SHA256() string { return "" }
