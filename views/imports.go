package views

// ImportForm takes a list of clients. Field: file.
type ImportForm struct {
	StaffPage
	Action string
	Back   string
}

// Import is a list of clients before and after it is imported, a page of its
// rows at a time. Fields posted: alike ("yes").
type Import struct {
	StaffPage
	Notes  []string
	Counts []Fact
	Rows   []ImportRow
	Filter []Link
	Next   string // GET: more rows
	Action string // POST: import those that are ready; "" when nothing is left
	Ready  string // "Import 240 clients"
	Alike  string // "12 that may be here already"; "" when there are none
	Again  string // GET: choose another file
	Done   string // GET: the clients; set once something was imported
}

// An ImportRow is one line of the file with what becomes of it.
type ImportRow struct {
	Line, Name, DateOfBirth, Contact, Reference string
	State                                       string
	Tone                                        Tone
	Why                                         string
	Other                                       *Link // who may be the same
}

// Notices says where each client stands with the privacy notice.
type Notices struct {
	StaffPage
	Filter []Link
	Rows   []NoticeRow
	Next   string
	State  string // of the filter; "" for all
}

// A NoticeRow is one client of Notices.
type NoticeRow struct {
	Href, Name, Text, Detail string
	Tone                     Tone
	Act                      *Link
}

// Refusal records why a client did not acknowledge the notice. Fields posted:
// reason, on, words.
type Refusal struct {
	StaffPage
	Client  string
	Action  string
	Back    string
	Reasons []Option
	Reason  string
	On      string
	Words   string
}

func (ImportForm) View() string { return "staff/importform" }
func (Import) View() string     { return "staff/import" }
func (Notices) View() string    { return "staff/notices" }
func (Refusal) View() string    { return "staff/refusal" }
