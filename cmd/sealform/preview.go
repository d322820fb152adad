package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/portal"
)

type templatePreviewCommand struct {
	File    string `arg:"" type:"existingfile" help:"Template in YAML."`
	Country string `own:"" placeholder:"ISO" help:"Country of the practice that asks, two letters. Without it: the first the template is for, or US."`
	Addr    string `own:"" placeholder:"HOST:PORT" help:"Loopback address to listen on. Without it: 127.0.0.1:8080, or a free port when that is taken."`
}

// Run serves the template to one client of an invented practice, with the
// pages, the signature and the sealed PDF that a real client would get, until
// it is told to stop. Nothing of it is kept.
func (c *templatePreviewCommand) Run(p *program) (err error) {
	form, err := readTemplate(c.File)
	if err != nil {
		return err
	}
	demo := demoCommand{Addr: c.Addr}
	in, listener, clean, err := demo.start(p, nil)
	if err != nil {
		return err
	}
	defer func() { join(&err, clean()) }()
	base := in.ways.base
	issued, err := c.seed(p.ctx, in.store, form)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	site, err := portal.New(portal.Config{Store: in.store, BaseURL: base, Now: p.now, Log: in.log, Version: version()})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(p.stdout, "%s %s\n\nlink  %s/d/%s\ncode  %s %s\n\nStop with Ctrl-C. What is typed there is not kept.\n",
		form.Name, form.Version, base, issued.Token, issued.Code[:4], issued.Code[4:])
	return p.serve(in, site, listener)
}

// seed makes a practice in the country, and one client who is asked the form.
func (c *templatePreviewCommand) seed(ctx context.Context, st *store.Store, form *forms.Template) (*store.Issued, error) {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return nil, err
	}
	s := &seeding{ctx: ctx, store: st}
	asking := demoPractice
	asking.Country = c.country(form)
	if err := s.practice(asking, newPassphrase()); err != nil {
		return nil, fmt.Errorf("preview practice: %w", err)
	}
	if _, err := st.PublishTemplate(ctx, s.director, text, false); err != nil {
		return nil, err
	}
	return st.Send(ctx, s.director, store.NewDocument{
		Template: form.Name + "@" + form.Version, Deliver: "none",
		Client: &store.NewClient{Contact: practice.Contact{FirstName: "Maya"}, Label: practice.Label{FullName: "Maya Ortiz", BirthDate: "1988-04-17"}},
	})
}

func (c *templatePreviewCommand) country(form *forms.Template) string {
	switch {
	case c.Country != "":
		return c.Country
	case len(form.Countries) == 0:
		return demoPractice.Country
	case form.Countries[0] == forms.EU:
		return "IE"
	}
	return form.Countries[0]
}
