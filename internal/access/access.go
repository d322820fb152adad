// Package access owns who may do what: actors, roles, permissions and the one
// table that joins them. It never reads the database; a holder's keys, not
// this table, decide who can open answers.
package access

import (
	"slices"

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
		ReadDocuments, SendDocuments, RevokeDocuments, ReadAnswers, DownloadPDF,
		ManageTemplates, ReadActivity, ManageMembers, ManageKeys, ManagePractice,
	},
	Supervisor: {
		ReadDocuments, SendDocuments, RevokeDocuments, ReadAnswers, DownloadPDF,
		ManageTemplates, ReadActivity,
	},
	Clinical:       {ReadDocuments, SendDocuments, RevokeDocuments, ReadAnswers, DownloadPDF},
	Administrative: {ReadDocuments, SendDocuments},
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
		return slices.Contains(granted[a.Role], p)
	case APIKey:
		return slices.Contains(a.Scope, p)
	case Operator, System:
		return !slices.Contains([]Permission{ReadAnswers, DownloadPDF}, p)
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
