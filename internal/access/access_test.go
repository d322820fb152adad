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
	const all = "documents.read documents.send documents.revoke answers.read answers.download templates.manage activity.read members.manage keys.manage practice.manage"
	golden := map[access.Role]map[access.Permission]bool{
		access.Director: {"documents.read": true, "documents.send": true, "documents.revoke": true, "answers.read": true, "answers.download": true,
			"templates.manage": true, "activity.read": true, "members.manage": true, "keys.manage": true, "practice.manage": true},
		access.Supervisor: {"documents.read": true, "documents.send": true, "documents.revoke": true, "answers.read": true, "answers.download": true,
			"templates.manage": true, "activity.read": true},
		access.Clinical:       {"documents.read": true, "documents.send": true, "documents.revoke": true, "answers.read": true, "answers.download": true},
		access.Administrative: {"documents.read": true, "documents.send": true},
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
