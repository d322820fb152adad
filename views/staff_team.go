package views

// Team lists a practice's staff and invites colleagues. Fields: member_name,
// member_email, role.
type Team struct {
	StaffPage
	Members   []Member
	Invite    string // POST
	Name      string // as typed
	Email     string
	RoleValue string // of the colleague to invite
	Roles     []RoleOption
	Key       string // GET: the practice's key
}

// A Member is a line of the practice's staff.
type Member struct {
	Href, Name, Email, Role, State string
	Tone                           Tone
	TOTP                           bool
	Approve                        string // POST; "" when not offered
}

// A RoleOption is a role that somebody can have, with what it means.
type RoleOption struct{ Value, Text, Hint string }

// MemberPage shows one colleague and what they may do. Fields of Save: role,
// may (several); of Remove: confirm ("yes").
type MemberPage struct {
	StaffPage
	Name, Email, RoleName, State string
	Tone                         Tone
	Facts                        []Fact
	Own                          bool // the reader's own page: nothing can be changed
	Approve                      string
	Save                         string // POST; "" for oneself, and for directors the permissions are fixed
	RoleValue                    string
	Roles                        []RoleOption
	May                          []MayOption
	Clients                      []Link // assigned to them; shown when they do not see all
	SeesAll                      bool
	Reset                        string   // POST
	Remove                       string   // POST
	Keys                         []string // API keys that end with them
	History                      []SignInRow
}

// A MayOption is a permission that can be given to or taken from one person.
type MayOption struct {
	Value, Text, Hint string
	Chosen            bool
}

// A SignInRow is one line of a sign-in history.
type SignInRow struct {
	At, Text, Where string
	Tone            Tone
}

// Invited shows an invitation's link, this once.
type Invited struct {
	StaffPage
	Name  string
	Link  string
	Reset bool   // for somebody who had a passphrase before
	Back  string // GET
}

// Seers says which members see a client. Field: member (several).
type Seers struct {
	StaffPage
	Client  string
	Action  string   // POST
	Always  []string // who sees all clients
	Members []MayOption
	Back    string // GET
}

func (Team) View() string       { return "staff/team" }
func (MemberPage) View() string { return "staff/member" }
func (Invited) View() string    { return "staff/invited" }
func (Seers) View() string      { return "staff/seers" }
