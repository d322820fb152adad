package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/vault"
)

type keysCommand struct {
	Init   keysInit   `cmd:"" help:"Make the server key of a new installation."`
	Rotate keysRotate `cmd:"" help:"Put a new server key first and move everything to it, while the service runs; or with --seal, a new key for PDFs."`
	Status keysStatus `cmd:"" help:"Show each key and what still hangs on it."`
	Root   keysRoot   `cmd:"" help:"Print the certificates that this installation's sealed PDFs are checked against."`
}

type keysInit struct {
	config.Database `embed:""`
}

func (c *keysInit) Run(p *program) error {
	place, err := c.Check()
	if err := errors.Join(config.Unknown(p.env), err); err != nil {
		return err
	}
	if hasDatabase(place) {
		return fmt.Errorf("there is a database at %s already, and a new key would open nothing in it; put its own key file back at %s", string(place.DatabaseURL), place.KeyFile)
	}
	ring := vault.NewRing()
	if err := config.MakeKeyFile(place.KeyFile, ring.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Made server key %s at %s.\nKeep a copy of this file apart from the database and its backups: without it nothing opens.\n", ring.Current(), place.KeyFile)
	return nil
}

// reloadTime is how long running instances may take to see a new key file.
const reloadTime = 3 * time.Second

type keysRotate struct {
	config.Database `embed:""`
	Resume          bool `own:"" help:"Make no new key: go on moving everything to the first one, after an interruption."`
	Seal            bool `own:"" help:"Leave the server key alone, and make a new key for sealing PDFs. Those sealed before stay genuine."`
}

func (c *keysRotate) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	if c.Seal {
		if err := in.store.RotateSeal(p.ctx); err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, "Made a new key for sealing PDFs. Running instances use it within a minute or two.")
		return nil
	}
	if !c.Resume {
		if err := c.addKey(p, in); err != nil {
			return err
		}
	}
	n, err := in.store.RotateServerKey(p.ctx)
	if err != nil {
		return fmt.Errorf("%w; run 'sealform keys rotate --resume' to go on", err)
	}
	fmt.Fprintf(p.stdout, "Moved %d values to key %s. 'sealform keys status' says what hangs on older keys.\n", n, in.ring.Current())
	return nil
}

// addKey writes the new key to the file first, and uses it only once every
// running instance had the time to read it.
func (c *keysRotate) addKey(p *program, in *installation) error {
	ring := in.ring.Rotate()
	if err := config.ReplaceKeyFile(in.place.KeyFile, ring.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Made server key %s. Copy %s again.\n", ring.Current(), in.place.KeyFile)
	select {
	case <-time.After(reloadTime):
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
	in.ring = ring
	return in.store.UseRing(p.ctx, ring)
}

type keysStatus struct {
	config.Database `embed:""`
}

func (c *keysStatus) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	uses, err := in.store.KeyStatus(p.ctx)
	if err != nil {
		return err
	}
	for _, use := range uses {
		state := "older, still in use"
		switch {
		case use.Current:
			state = "current"
		case !slices.ContainsFunc(tables(use.Rows), func(t string) bool { return use.Rows[t] > 0 }):
			state = "older, nothing hangs on it"
		}
		fmt.Fprintf(p.stdout, "%s  %s\n", use.ID, state)
		for _, table := range tables(use.Rows) {
			fmt.Fprintf(p.stdout, "          %8d  %s\n", use.Rows[table], table)
		}
	}
	return nil
}

func tables(rows map[string]int64) []string {
	var names []string
	for name := range rows {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

type keysRoot struct {
	config.Database `embed:""`
}

func (c *keysRoot) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	_, err = fmt.Fprint(p.stdout, in.store.RootPEM())
	return err
}
