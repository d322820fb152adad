// Package practice owns the nouns of Sealform and which state of a document
// follows which. It never reads a database and never opens a seal.
package practice

import (
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/sealform/sealform/forms"
)

// A Practice is the organisation that asks. Everything here is public: it is
// printed on the first page of every link.
type Practice struct {
	ID             uuid.UUID
	Name           string
	Phone          string
	Email          string
	Address        string
	Website        string
	Country        string // ISO 3166-1 alpha-2
	Zone           string // IANA time zone
	RecordsCountry string // where its records are kept; "" is where this installation keeps them
	PrivacyContact string // who answers questions about privacy: a role or a name
	EffectiveDate  string // of its privacy notice, ISO date
	CopyDays       int    // how long a client sees the signed copy; 0: until that session ends
	ExpiryDays     int    // default life of a link
	Colour         string // "#rrggbb"; "" is Sealform's own
	Logo           string // name of the logo, which changes with it; "" for none
	TOTPRequired   bool   // every member signs in with a second factor
	KitConfirmed   time.Time
	Suspended      time.Time
	Version        int64 // counts changes
}

// LogValue keeps everything but the id out of logs.
func (p Practice) LogValue() slog.Value { return slog.StringValue(p.ID.String()) }

var zones sync.Map // by name: loading one reads a file

// Location returns the practice's time zone, or UTC when it is unknown here.
func (p Practice) Location() *time.Location {
	if zone, ok := zones.Load(p.Zone); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return time.UTC
	}
	zones.Store(p.Zone, zone)
	return zone
}

// Vars returns what the texts of a template may say about the practice.
// operator and storage (ISO country) are the installation's.
func (p Practice) Vars(operator, storage string) forms.Vars {
	return forms.Vars{
		Practice:           p.Name,
		Phone:              p.Phone,
		Email:              p.Email,
		Address:            p.Address,
		Website:            p.Website,
		Country:            p.Country,
		CountryName:        CountryName(p.Country),
		StorageCountry:     storage,
		StorageCountryName: CountryName(storage),
		Operator:           operator,
		PrivacyContact:     p.PrivacyContact,
		EffectiveDate:      p.EffectiveDate,
	}
}

// Countries returns the codes of all countries, ISO 3166-1 alpha-2.
func Countries() []string {
	var codes []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if code := string(a) + string(b); IsCountry(code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// IsCountry reports whether code is ISO 3166-1 alpha-2 in capital letters, of a
// country there is. UK, EU and USA are not: what laws apply is decided by the
// code. Countries that are gone have no name, and unions no number.
func IsCountry(code string) bool {
	region, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && region.IsCountry() && region.M49() != 0 && region.Canonicalize() == region && region.String() == code &&
		display.English.Regions().Name(region) != ""
}

// CountryName returns the English name of an ISO 3166-1 alpha-2 code, or the
// code itself when it is unknown.
func CountryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return display.English.Regions().Name(region)
}

// A Contact is what the server itself may know about a client: enough to
// greet, to reach and to prefill. It is operational data, sealed under the
// server key and open to whoever holds that key.
type Contact struct {
	FirstName string `json:"first_name,omitempty"`
	Email     string `json:"email,omitempty"`
	Phone     string `json:"phone,omitempty"`
}

// LogValue prints nothing of a contact.
func (Contact) LogValue() slog.Value { return slog.StringValue("[contact]") }

// A Label is what staff find a client by. It is sealed to the practice's index
// key: staff sessions and read API keys open it, the server alone cannot.
type Label struct {
	FullName  string `json:"full_name,omitempty"`
	BirthDate string `json:"date_of_birth,omitempty"` // ISO date
	Reference string `json:"reference,omitempty"`     // the practice's own number
}

// LogValue prints nothing of a label.
func (Label) LogValue() slog.Value { return slog.StringValue("[label]") }

// An Outcome is what a completed document came to, sealed to the index key.
type Outcome struct {
	Result  string `json:"result,omitempty"` // acknowledged, agreed, declined or ""
	Version string `json:"version,omitempty"`
}

// A Recipient is who receives a delivery when that is not the client.
type Recipient struct {
	Contact
	Relationship string `json:"relationship,omitempty"`
	Language     string `json:"language,omitempty"`
}

// A Signature is what a client did to sign. Strokes are points in a box
// 1000 wide and 300 high; they are empty when the name was typed.
type Signature struct {
	Name           string     `json:"name"`
	Role           string     `json:"role"` // self, guardian or representative
	Relationship   string     `json:"relationship,omitempty"`
	Authority      string     `json:"authority,omitempty"`
	Strokes        [][][2]int `json:"strokes,omitempty"`
	Statement      string     `json:"statement"`         // the exact words agreed to
	Witness        string     `json:"witness,omitempty"` // who saw it signed, where the form asks for one
	WitnessStrokes [][][2]int `json:"witness_strokes,omitempty"`
	Notice         string     `json:"notice"` // version of the electronic-signing notice
	At             time.Time  `json:"at"`
	Address        string     `json:"address,omitempty"`
	Browser        string     `json:"browser,omitempty"`
}

// Method tells how the signature was made: "drawn" or "typed".
func (s Signature) Method() string {
	if len(s.Strokes) > 0 {
		return "drawn"
	}
	return "typed"
}

// LogValue prints nothing of a signature.
func (Signature) LogValue() slog.Value { return slog.StringValue("[signature]") }
