package store_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
)

// Of two directors who end each other at the same moment, one remains.
func TestTwoDirectorsEndEachOther(t *testing.T) {
	for name, end := range map[string]func(*clinic, *store.Holder, uuid.UUID) error{
		"demoting": func(c *clinic, h *store.Holder, other uuid.UUID) error {
			return c.ChangeMember(c.t.Context(), h, other, access.Administrative, nil)
		},
		"removing": func(c *clinic, h *store.Holder, other uuid.UUID) error {
			return c.RemoveMember(c.t.Context(), h, other)
		},
		"resetting": func(c *clinic, h *store.Holder, other uuid.UUID) error {
			_, err := c.ResetColleague(c.t.Context(), h, other)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, d *db.DB) {
				c := newClinic(t, d)
				second, _ := c.member(access.Director, "Sol")
				errs := c.meanwhile(
					func() error { return end(c, c.director, second.ID) },
					func() error { return end(c, second, c.director.ID) },
				)
				done := 0
				for _, err := range errs {
					if err == nil {
						done++
					} else if !errors.Is(err, fault.Forbidden) {
						t.Errorf("the other one: %v", err)
					}
				}
				if n := c.count(`SELECT count(*) FROM members WHERE role = 'director' AND state = 'active'`); n != 1 || done != 1 {
					t.Errorf("%d directors are left, and %d went through", n, done)
				}
			})
		})
	}
}

// A key ends with the standing of whoever made it, and not with their
// passphrase; one that is made while they are demoted does not stay.
func TestKeysOfAMemberWhoIsNoDirectorAnyMore(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newClinic(t, d), t.Context()
		maker, _ := c.member(access.Director, "Mo")
		makeKey := func(reads bool) string {
			t.Helper()
			key, err := c.MakeAPIKey(ctx, maker, "a program", reads)
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		creates, reads := makeKey(false), makeKey(true)
		expect := func(after string, creating, reading bool) {
			t.Helper()
			for key, want := range map[string]bool{creates: creating, reads: reading} {
				if _, err := c.APIKey(ctx, key); (err == nil) != want {
					t.Errorf("after %s a key works: %t, want %t", after, err == nil, want)
				}
			}
		}
		become := func(role access.Role, may ...access.Permission) {
			t.Helper()
			if err := c.ChangeMember(ctx, c.director, maker.ID, role, may); err != nil {
				t.Fatal(err)
			}
		}
		become(access.Supervisor, access.Supervisor.Adjustable()...)
		expect("becoming a supervisor", true, true)
		become(access.Supervisor, access.SeeAllClients)
		expect("losing the PDFs", true, false)
		become(access.Administrative, access.SeeAllClients)
		expect("becoming administrative", true, false)
		if _, err := c.ResetColleague(ctx, c.director, maker.ID); err != nil {
			t.Fatal(err)
		}
		expect("a reset", true, false)
		become(access.Clinical)
		expect("becoming clinical", false, false)
		if n := c.count(`SELECT count(*) FROM grants g JOIN api_keys k ON k.id = g.holder_id`); n != 0 {
			t.Errorf("keys that ended hold %d grants", n)
		}

		second, _ := c.member(access.Director, "Sol")
		c.meanwhile(
			func() error { return c.ChangeMember(ctx, c.director, second.ID, access.Clinical, nil) },
			func() error { _, err := c.MakeAPIKey(ctx, second, "a program", true); return err },
		)
		if n := c.count(`SELECT count(*) FROM api_keys WHERE made_by = $1 AND revoked_at IS NULL`, second.ID); n != 0 {
			t.Error("a key was made by a member who was being demoted")
		}
	})
}
