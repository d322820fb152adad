package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
)

// A site is a database with the address that links to it start with.
type site struct {
	config.Database `embed:""`
	BaseURL         string `default:"http://127.0.0.1:8080" help:"What links start with."`
}

func (s site) invitation(token string) string {
	return strings.TrimSuffix(s.BaseURL, "/") + "/staff/invitation/" + token
}

type practiceCommand struct {
	Create  practiceCreate  `cmd:"" help:"Make a practice and print its director's invitation."`
	List    practiceList    `cmd:"" help:"List the practices with their ids."`
	Suspend practiceSuspend `cmd:"" help:"Close a practice to its clients, staff and programs. Nothing is erased."`
	Resume  practiceResume  `cmd:"" help:"Open a suspended practice again."`
}

type practiceCreate struct {
	site           `embed:""`
	Name           string `own:"" required:"" help:"Name as clients know it."`
	Phone          string `own:"" required:"" help:"Phone number, shown on every page."`
	Email          string `own:"" help:"E-mail address for clients."`
	Address        string `own:"" required:"" help:"Postal address."`
	Website        string `own:"" help:"Website."`
	Country        string `own:"" required:"" help:"Country, as two letters."`
	Zone           string `own:"" required:"" help:"Time zone, such as America/Los_Angeles."`
	RecordsCountry string `own:"" help:"Country its records are kept in, as two letters. Empty: where this installation keeps them."`
	PrivacyContact string `own:"" help:"Who answers questions about privacy: a role or a name."`
	EffectiveDate  string `own:"" placeholder:"YYYY-MM-DD" help:"Since when its privacy notice is in effect."`
	CopyDays       int    `own:"" default:"30" help:"Days a client can open the signed copy. 0: until that session ends."`
	ExpiryDays     int    `own:"" default:"14" help:"Days a link lives unless said otherwise."`
	DirectorName   string `own:"" required:"" help:"Name of the director."`
	DirectorEmail  string `own:"" required:"" help:"E-mail address the director signs in with."`
}

func (c *practiceCreate) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	id, token, err := in.store.CreatePractice(p.ctx, store.NewPractice{
		Practice: practice.Practice{
			Name: c.Name, Phone: c.Phone, Email: c.Email, Address: c.Address, Website: c.Website,
			Country: strings.ToUpper(c.Country), Zone: c.Zone,
			RecordsCountry: strings.ToUpper(c.RecordsCountry), PrivacyContact: c.PrivacyContact, EffectiveDate: c.EffectiveDate, CopyDays: c.CopyDays, ExpiryDays: c.ExpiryDays,
		},
		DirectorName: c.DirectorName, DirectorEmail: c.DirectorEmail,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "practice    %s\ninvitation  %s\nGive the invitation to %s alone: whoever opens it first becomes the director.\n",
		id, c.invitation(token), c.DirectorName)
	return err
}

type staffCommand struct {
	Invite staffInvite `cmd:"" help:"Invite a staff member and print the invitation."`
	Reset  staffReset  `cmd:"" help:"Let a staff member who forgot the passphrase choose another. A colleague then approves, or the recovery kit is typed. API keys they made go on working."`
}

type staffInvite struct {
	site     `embed:""`
	Practice string `own:"" help:"Practice id. Not needed when there is only one."`
	Name     string `own:"" required:"" help:"Name of the staff member."`
	Email    string `own:"" required:"" help:"E-mail address to sign in with."`
	Role     string `own:"" default:"clinical" enum:"director,supervisor,clinical,administrative" help:"${enum}"`
}

func (c *staffInvite) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	id, err := c.practice(p, in)
	if err != nil {
		return err
	}
	token, err := in.store.InviteMember(p.ctx, id, c.Name, c.Email, access.Role(c.Role))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "invitation  %s\n", c.invitation(token))
	return err
}

func (c *staffInvite) practice(p *program, in *installation) (uuid.UUID, error) {
	ids, err := in.store.PracticeIDs(p.ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if c.Practice == "" && len(ids) == 1 {
		return ids[0], nil
	}
	id, err := uuid.Parse(cmp.Or(c.Practice, "none"))
	if err != nil {
		return uuid.Nil, fmt.Errorf("there are %d practices: say which with --practice ID", len(ids))
	}
	return id, nil
}

type staffReset struct {
	site  `embed:""`
	Email string `own:"" required:"" help:"E-mail address the staff member signs in with."`
}

func (c *staffReset) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	token, err := in.store.ResetMember(p.ctx, c.Email)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "invitation  %s\n", c.invitation(token))
	return err
}
