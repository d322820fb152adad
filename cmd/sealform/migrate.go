package main

import (
	"errors"
	"fmt"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
)

type migrateCommand struct {
	config.Database `embed:""`
}

// Run needs no server key: the schema holds nothing sealed.
func (c *migrateCommand) Run(p *program) (err error) {
	place, err := c.Check()
	if err := errors.Join(config.Unknown(p.env), err); err != nil {
		return err
	}
	d, err := openDatabase(p.ctx, place, p.logger(place.LogLevel))
	if err != nil {
		return err
	}
	defer func() { join(&err, d.Close()) }()
	pending, err := db.Pending(p.ctx, d, store.Migrations())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "The %s database is up to date; %d migrations are left.\n", d.Engine(), pending)
	return err
}
