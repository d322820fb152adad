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

func (Confirm) View() string { return "staff/confirm" }
func (Again) View() string   { return "staff/again" }
