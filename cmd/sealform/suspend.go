package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/config"
)

type practiceList struct {
	config.Database `embed:""`
}

func (c *practiceList) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	list, err := in.store.Practices(p.ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tNAME\tSINCE\tSTATE")
	for _, practice := range list {
		state := "open"
		if !practice.Suspended.IsZero() {
			state = "suspended"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", practice.ID, practice.Name, practice.CreatedAt.Format(time.DateOnly), state)
	}
	return table.Flush()
}

type practiceSuspend struct {
	config.Database `embed:""`
	Practice        string `arg:"" help:"Practice id, from 'practice list'."`
}

func (c *practiceSuspend) Run(p *program) error { return suspend(p, c.Database, c.Practice, true) }

type practiceResume struct {
	config.Database `embed:""`
	Practice        string `arg:"" help:"Practice id, from 'practice list'."`
}

func (c *practiceResume) Run(p *program) error { return suspend(p, c.Database, c.Practice, false) }

func suspend(p *program, at config.Database, practice string, closed bool) (err error) {
	id, err := uuid.Parse(practice)
	if err != nil {
		return fmt.Errorf("%q is no practice id: 'sealform practice list' shows them", practice)
	}
	in, err := p.open(at)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	if err := in.store.Suspend(p.ctx, id, closed); err != nil {
		return err
	}
	word := "open again"
	if closed {
		word = "suspended"
	}
	_, err = fmt.Fprintf(p.stdout, "practice    %s\nstate       %s\n", id, word)
	return err
}
