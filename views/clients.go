package views

// ClientRow is one line of a list of clients.
type ClientRow struct {
	Href, Name, DateOfBirth, Reference string
	Archived                           bool
}

// Clients is the list of clients, or what a search found.
type Clients struct {
	StaffPage
	Rows     []ClientRow
	Search   string   // GET, field q
	Query    string   // as typed
	Kept     []Hidden // carried through the search
	More     bool     // the search found more than are shown
	Choosing bool     // a client is chosen for a new document
	New      string   // GET, while choosing: for a client who is not here yet
	Tabs     []Link
	Add      string // GET
	Import   string // GET
	Archived bool   // these are the archived ones
	Next     string
}

// Client is one client with everything beside them.
type Client struct {
	StaffPage
	Name      string
	Archived  string // since when, in words; "" while they are not
	Facts     []Fact
	Notice    *ClientNotice
	Consents  []Consent
	Reach     []string // what they said about messages, a sentence for each way
	Documents []DocumentRow
	Zip       string // POST, field document (ids)
	New       string // GET
	Paper     string // GET: record a form filled in on paper
	Edit      string // GET
	Team      string // GET: who sees the client
	Archive   string // POST, field archived ("yes" or "no")
	History   []Change
	Export    string // GET
	Erase     string // POST, field confirm
}

// A ClientNotice says where a client stands with the privacy notice.
type ClientNotice struct {
	Text   string
	Detail string
	Tone   Tone
	Record string // GET: record a refusal; "" when there is nothing to record
}

// A Consent is one answer to a consent, with what became of it.
type Consent struct {
	Href, Title, Version, Answer, Day string
	Tone                              Tone
	Withdrawn                         string // in words; "" while it stands
}

// A Change is one entry of a client's history.
type Change struct {
	When, Who, Text string
	Former          []FormerValue
	Restore         string // POST, fields snapshot and version
	Snapshot        string
	Version         string
}

// A FormerValue is a field as it was before a change and as it was after.
type FormerValue struct{ Label, Was, Became string }

// ClientForm adds a client or changes one. Fields posted: first_name, full_name,
// date_of_birth, reference, email, phone, version, anyway ("yes").
type ClientForm struct {
	StaffPage
	Heading     string
	Action      string
	Back        string // GET
	FirstName   string
	FullName    string
	DateOfBirth string
	Reference   string
	Email       string
	Phone       string
	Version     string // of the client that is changed; "" for a new one
	Alike       []ClientRow
}

func (Clients) View() string    { return "staff/clients" }
func (Client) View() string     { return "staff/client" }
func (ClientForm) View() string { return "staff/clientform" }
