// Package access owns who may do what: actors, roles, permissions and the one
// table that joins them. It never reads the database; a holder's keys, not
// this table, decide who can open answers.
package access

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/fault"
)

// A Permission names one thing an actor may do. Holding one never implies
// another.
type Permission string

const (
	ReadDocuments   Permission = "documents.read"   // see documents, their state and timeline; names come from labels
	SendDocuments   Permission = "documents.send"   // make documents, hand out links and codes, re-issue, extend
	RevokeDocuments Permission = "documents.revoke" // end a document that is not completed
	ReadAnswers     Permission = "answers.read"     // open submissions; needs a grant as well
	DownloadPDF     Permission = "answers.download" // take the sealed PDF away; needs a grant as well
	Export          Permission = "export"           // take lists and several documents away at once; what needs a grant still does
	SeeAllClients   Permission = "clients.all"      // without it, only clients that are assigned to the member
	AssignClients   Permission = "clients.assign"   // say who sees a client
	ManageTemplates Permission = "templates.manage" // publish and retire templates
	ReadActivity    Permission = "activity.read"    // read the audit log
	ManageMembers   Permission = "members.manage"   // invite, approve and remove staff members
	ManageKeys      Permission = "keys.manage"      // recovery kit, API keys, rotation
	ManagePractice  Permission = "practice.manage"  // details, storage country, defaults
)

// A Role is a staff member's standing in a practice.
type Role string

const (
	Director       Role = "director"
	Supervisor     Role = "supervisor"
	Clinical       Role = "clinical"
	Administrative Role = "administrative"
)

// Roles in the order they are offered.
var Roles = []Role{Director, Supervisor, Clinical, Administrative}

var granted = map[Role][]Permission{
	Director: {
		ReadDocuments, SendDocuments, RevokeDocuments, ReadAnswers, DownloadPDF, Export, SeeAllClients, AssignClients,
		ManageTemplates, ReadActivity, ManageMembers, ManageKeys, ManagePractice,
	},
	Supervisor: {
		ReadDocuments, SendDocuments, RevokeDocuments, ReadAnswers, DownloadPDF, Export, SeeAllClients, AssignClients,
		ManageTemplates, ReadActivity,
	},
	Clinical:       {ReadDocuments, SendDocuments, RevokeDocuments, ReadAnswers, DownloadPDF},
	Administrative: {ReadDocuments, SendDocuments, SeeAllClients},
}

// adjustable are the permissions that a director may give or take away for one
// person. Reading answers is not among them: it hangs on a key, and goes with
// the role.
var adjustable = []Permission{SeeAllClients, DownloadPDF, Export, RevokeDocuments, AssignClients, ManageTemplates, ReadActivity}

// Adjustable returns what may be given to or taken from one person of the
// role. A director holds everything.
func (r Role) Adjustable() []Permission {
	if r == Director {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(adjustable), func(p Permission) bool { return p == DownloadPDF && !r.ReadsAnswers() })
}

// Has reports whether the role itself holds the permission.
func (r Role) Has(p Permission) bool { return slices.Contains(granted[r], p) }

// An Adjustment is what one person may do beside, or short of, their role.
type Adjustment struct{ Given, Taken []Permission }

// Adjust returns the adjustment that leaves a person of the role with just
// these of the adjustable permissions.
func (r Role) Adjust(wanted []Permission) (a Adjustment) {
	for _, p := range r.Adjustable() {
		switch want := slices.Contains(wanted, p); {
		case want && !r.Has(p):
			a.Given = append(a.Given, p)
		case !want && r.Has(p):
			a.Taken = append(a.Taken, p)
		}
	}
	return a
}

// String is the adjustment as it is stored: "+export -answers.download".
func (a Adjustment) String() string {
	var words []string
	for _, p := range a.Given {
		words = append(words, "+"+string(p))
	}
	for _, p := range a.Taken {
		words = append(words, "-"+string(p))
	}
	return strings.Join(words, " ")
}

// ParseAdjustment reads what [Adjustment.String] wrote.
func ParseAdjustment(text string) (a Adjustment) {
	for word := range strings.FieldsSeq(text) {
		if p, ok := strings.CutPrefix(word, "+"); ok {
			a.Given = append(a.Given, Permission(p))
		} else {
			a.Taken = append(a.Taken, Permission(strings.TrimPrefix(word, "-")))
		}
	}
	return a
}

// holds reports whether a person of the role holds the permission. What is not
// adjustable for the role stays as the role has it, whatever was stored.
func (a Adjustment) holds(r Role, p Permission) bool {
	if !slices.Contains(r.Adjustable(), p) {
		return r.Has(p)
	}
	return (r.Has(p) || slices.Contains(a.Given, p)) && !slices.Contains(a.Taken, p)
}

// Valid reports whether r is a role of the table.
func (r Role) Valid() bool { return granted[r] != nil }

// ReadsAnswers reports whether members of the role are granted the practice
// seed. All roles are granted the index seed.
func (r Role) ReadsAnswers() bool { return slices.Contains(granted[r], ReadAnswers) }

// A Kind tells what sort of actor stands behind a request.
type Kind string

const (
	Staff    Kind = "staff"
	APIKey   Kind = "api-key"
	Client   Kind = "client"
	Operator Kind = "operator" // the command line, on the server itself
	System   Kind = "system"   // the sweeper and the outbox worker
)

// An Actor is whoever asks: a staff member, an API key, a client behind a link,
// the operator or the system. The zero Actor may do nothing.
type Actor struct {
	Kind     Kind
	ID       uuid.UUID // member, key or delivery; uuid.Nil for operator and system
	Practice uuid.UUID
	Role     Role         // staff only
	Adjusted Adjustment   // staff only
	Scope    []Permission // API keys only: what the key was made for
	Locked   bool         // signed in, but holding no grant yet: may do nothing in the practice
}

// May reports whether the actor holds the permission.
func (a Actor) May(p Permission) bool {
	if a.Locked {
		return false
	}
	switch a.Kind {
	case Staff:
		return a.Adjusted.holds(a.Role, p)
	case APIKey:
		return slices.Contains(a.Scope, p)
	case Operator, System:
		return !slices.Contains([]Permission{ReadAnswers, DownloadPDF, Export}, p)
	default:
		return false
	}
}

// Require returns nil when the actor holds the permission, and otherwise a
// fault.Forbidden that says so.
func (a Actor) Require(p Permission) error {
	if a.May(p) {
		return nil
	}
	if a.Locked {
		return fault.New(fault.Forbidden, "You are signed in, and waiting for a colleague to approve your access.")
	}
	return fault.New(fault.Forbidden, "Your role does not allow this. Ask a director of your practice.")
}
