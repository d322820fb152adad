package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/db"
)

type backupCommand struct {
	config.Database `embed:""`
	File            string `arg:"" help:"File to write. It must not exist."`
}

// Run writes a file that holds nothing the database does not: what is sealed
// stays sealed, and the server key is not in it.
func (c *backupCommand) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	if err := writeFile(c.File, func(f *os.File) error { return in.db.Backup(p.ctx, f) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Wrote %s. Keep it apart from the server key, which is not in it.\n", c.File)
	return err
}

// writeFile makes a new private file whole or not at all.
func writeFile(name string, write func(*os.File) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and is not overwritten: name another file", name)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

type restoreCommand struct {
	config.Database `embed:""`
	File            string `arg:"" type:"existingfile" help:"File that 'sealform backup' wrote."`
}

// Run reads the server key first: a restored database that no key opens is no
// restore.
func (c *restoreCommand) Run(p *program) (err error) {
	place, err := c.Check()
	if err := errors.Join(config.Unknown(p.env), err); err != nil {
		return err
	}
	in := &installation{place: place, log: p.logger(place.LogLevel)}
	if in.ring, err = readRing(place); errors.Is(err, config.ErrNoKeyFile) {
		return fmt.Errorf("%w: put the key file of the installation that was backed up at %s; a new key opens nothing in the backup", config.ErrNoKeyFile, place.KeyFile)
	} else if err != nil {
		return err
	}
	if in.db, err = openDatabase(p.ctx, place, in.log); err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := db.Restore(p.ctx, in.db, f); err != nil {
		return err
	}
	if in.store, err = newStore(p, in); err != nil {
		return fmt.Errorf("the backup is restored, but cannot be used: %w", err)
	}
	_, err = fmt.Fprintln(p.stdout, "Restored. 'sealform audit verify' checks that nothing was changed.")
	return err
}
