package access_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
)

// The golden table is written by hand so that a change of the code's table
// must be made twice, on purpose.
func TestRoles(t *testing.T) {
	const all = "documents.read documents.send documents.revoke answers.read answers.download export clients.all clients.assign templates.manage activity.read members.manage keys.manage practice.manage"
	golden := map[access.Role]map[access.Permission]bool{
		access.Director: {"documents.read": true, "documents.send": true, "documents.revoke": true, "answers.read": true, "answers.download": true,
			"export": true, "clients.all": true, "clients.assign": true, "templates.manage": true, "activity.read": true, "members.manage": true, "keys.manage": true, "practice.manage": true},
		access.Supervisor: {"documents.read": true, "documents.send": true, "documents.revoke": true, "answers.read": true, "answers.download": true,
			"export": true, "clients.all": true, "clients.assign": true, "templates.manage": true, "activity.read": true},
		access.Clinical:       {"documents.read": true, "documents.send": true, "documents.revoke": true, "answers.read": true, "answers.download": true},
		access.Administrative: {"documents.read": true, "documents.send": true, "clients.all": true},
		access.Role("owner"):  {},
	}
	for role, may := range golden {
		for _, p := range strings.Fields(all) {
			actor := access.Actor{Kind: access.Staff, Role: role}
			if got := actor.May(access.Permission(p)); got != may[access.Permission(p)] {
				t.Errorf("%s may %s = %v", role, p, got)
			}
			actor.Locked = true
			if actor.May(access.Permission(p)) {
				t.Errorf("a locked %s may %s", role, p)
			}
		}
	}
}

func TestNobodyAndOperatorCannotOpenAnswers(t *testing.T) {
	for _, a := range []access.Actor{{}, {Kind: access.Client}, {Kind: access.Operator}, {Kind: access.System}, {Kind: access.APIKey, Scope: []access.Permission{access.SendDocuments}}} {
		if err := a.Require(access.ReadAnswers); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

func TestAdjustments(t *testing.T) {
	person := func(r access.Role, stored string) access.Actor {
		return access.Actor{Kind: access.Staff, Role: r, Adjusted: access.ParseAdjustment(stored)}
	}
	for _, c := range []struct {
		actor access.Actor
		p     access.Permission
		want  bool
	}{
		{person(access.Clinical, "+clients.all"), access.SeeAllClients, true},
		{person(access.Clinical, "-answers.download"), access.DownloadPDF, false},
		{person(access.Clinical, "-answers.download"), access.ReadAnswers, true},
		{person(access.Clinical, "+members.manage"), access.ManageMembers, false}, // not adjustable
		{person(access.Administrative, "+answers.read +answers.download"), access.ReadAnswers, false},
		{person(access.Administrative, "+answers.read +answers.download"), access.DownloadPDF, false},
		{person(access.Director, "-answers.download -keys.manage"), access.DownloadPDF, true},
	} {
		if got := c.actor.May(c.p); got != c.want {
			t.Errorf("%s with %q may %s = %v", c.actor.Role, c.actor.Adjusted, c.p, got)
		}
	}
	wanted := []access.Permission{access.SeeAllClients, access.RevokeDocuments, access.ManageKeys}
	const want = "+clients.all -answers.download"
	a := access.Clinical.Adjust(wanted)
	if a.String() != want || access.ParseAdjustment(a.String()).String() != want {
		t.Errorf("adjusted to %q", a)
	}
}
