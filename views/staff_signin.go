package views

// Confirm asks for the passphrase again before something that a session left
// open at a desk must not do. Field: confirm_passphrase.
type Confirm struct {
	StaffPage
	Action string // POST
	Kept   []Hidden
}

// Again offers to send what was typed when a session ended, now that its
// writer has signed in again.
type Again struct {
	StaffPage
	Action string // POST
	Kept   []Hidden
	Back   string // GET: leave it
}

// Code asks for the second factor, after the passphrase. Fields: totp, next.
type Code struct {
	StaffPage
	Action string // POST
	Next   string
	Kept   []Hidden // what was being sent when the session had ended
}

// Account shows a member where they are signed in, and how.
type Account struct {
	StaffPage
	TOTP         bool
	Required     bool   // by the practice
	SecondFactor string // GET: set it up
	TurnOff      string // POST; "" when there is nothing to turn off, or it is required
	Passphrase   string // GET: change it
	Sessions     []PlaceRow
	Devices      []PlaceRow
	Everywhere   string // POST: sign out everywhere
	History      []SignInRow
}

// A PlaceRow is where somebody is signed in, or a browser that knows them.
type PlaceRow struct {
	Browser, Address, Seen string
	Here                   bool
	End                    string // POST; "" for this very session
}

// SecondFactor sets up an authenticator app: the code to scan, and the field
// totp for its first code. With Codes it shows the recovery codes, this once.
type SecondFactor struct {
	StaffPage
	Action   string // POST: offer, totp
	Offer    string // hidden field offer
	URL      string // what the QR code says
	Secret   string // to type where no camera is, in groups
	Required bool   // nothing else can be done before
	Codes    []string
	Back     string // GET
}

// Passphrase changes the member's own. Fields: passphrase, again.
type Passphrase struct {
	StaffPage
	Action     string
	Name       string
	Suggestion string
}

func (Code) View() string         { return "staff/code" }
func (Account) View() string      { return "staff/account" }
func (SecondFactor) View() string { return "staff/secondfactor" }
func (Passphrase) View() string   { return "staff/passphrase" }
func (Confirm) View() string      { return "staff/confirm" }
func (Again) View() string        { return "staff/again" }
