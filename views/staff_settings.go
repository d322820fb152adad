package views

// A Section is what a settings page belongs to: the links to the others, with
// the page itself marked.
type Section struct{ Sections []Link }

// Settings shows and, when Save is set, changes the practice. Fields: name,
// phone, email, website, address, privacy_contact, effective_date, country,
// zone, records_country, expires_in_days, copy_days, look (own or ""), colour,
// totp_required.
type Settings struct {
	StaffPage
	Section
	Save           string // POST; "" shows facts alone
	Practice       Practice
	Website        string
	PrivacyContact string
	EffectiveDate  string
	Since          string // a date as it may be typed there
	Country        string
	Countries      []Option
	Zone           string
	Zones          []string
	Records        string
	StoredIn       string // where this installation stores, in words
	Days           string
	CopyDays       string
	Look           string // "own" or ""
	Colour         string // #rrggbb
	TOTPRequired   bool
	Facts          []Fact // shown instead to who may not change them
	SaveLogo       string // POST, multipart: file
	DropLogo       string // POST; "" without a logo
}

// Keys lists the API keys and makes new ones. Fields: key_name, scope ("create"
// or "read").
type Keys struct {
	StaffPage
	Section
	Keys   []APIKey
	Make   string // POST
	Name   string // as typed
	NewKey string // the key itself, once
}

// An APIKey is a line of the practice's API keys.
type APIKey struct{ Name, Scope, Made, Revoke string }

func (Settings) View() string { return "staff/settings" }
func (Keys) View() string     { return "staff/keys" }

// Rekey changes the practice's key and shows how far that has come.
type Rekey struct {
	StaffPage
	Section
	Version              int64
	Total, Left, Percent int64
	Begin                string // POST; "" while a change is under way
	Step                 string // POST: go on
}

func (Rekey) View() string { return "staff/rekey" }
