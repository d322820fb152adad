package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"text/tabwriter"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/vault"
	"github.com/sealform/sealform/portal"
)

const demoAddr = "127.0.0.1:8080"

type demoCommand struct {
	JSON bool   `own:"" name:"json" help:"Print one line of JSON once it is listening, and nothing else."`
	Addr string `own:"" placeholder:"HOST:PORT" help:"Loopback address to listen on. Without it: 127.0.0.1:8080, or a free port when that is taken."`
	Data string `own:"" placeholder:"DIR" help:"Folder to keep the demo in, with its key, so that 'sealform serve --data DIR' can go on. Without it: a temporary folder, removed at the end."`
}

// A demo is what its visitor needs to know, in the form that --json prints.
type demo struct {
	BaseURL   string         `json:"base_url"`
	Staff     demoStaff      `json:"staff"`
	APIKey    string         `json:"api_key"`
	Documents []demoDocument `json:"documents"`
}

type demoStaff struct {
	Email      string `json:"email"`
	Passphrase string `json:"passphrase"`
}

type demoDocument struct {
	ID       string `json:"id"`
	Template string `json:"template"`
	Client   string `json:"client"`
	Link     string `json:"link"`
	Code     string `json:"code"`
}

func (c *demoCommand) Run(p *program) (err error) {
	kept := outbox.NewMemory(p.now)
	in, listener, clean, err := c.start(p, outbox.Channels{practice.Email: kept, practice.SMS: kept, practice.Voice: kept})
	if err != nil {
		return err
	}
	defer func() { join(&err, clean()) }()
	base := in.ways.base
	c.progress(p, "Making a practice, five clients and their documents. This takes a few seconds.")
	shown, err := seed(p.ctx, in.store, base)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	site, err := portal.New(portal.Config{Store: in.store, BaseURL: base, Demo: &portal.Demo{Outbox: kept.Messages}, Now: p.now, Log: in.log, Version: version()})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := c.show(p, shown); err != nil {
		return errors.Join(err, listener.Close())
	}
	return p.serve(in, site, listener)
}

func (c *demoCommand) progress(p *program, line string) {
	if !c.JSON {
		fmt.Fprintln(p.stdout, line)
	}
}

// start makes the demo's installation and listens. The caller closes the
// listener, and calls clean at the end.
func (c *demoCommand) start(p *program, channels outbox.Channels) (in *installation, listener net.Listener, clean func() error, err error) {
	if c.Addr != "" && !config.IsLoopback(c.Addr) {
		return nil, nil, nil, fmt.Errorf("--addr %s: the codes are shown here and there is no TLS, so it listens on loopback alone", c.Addr)
	}
	if listener, err = c.listen(); err != nil {
		return nil, nil, nil, err
	}
	if in, clean, err = c.open(p, ways{base: "http://" + listener.Addr().String(), channels: channels}); err != nil {
		return nil, nil, nil, errors.Join(err, listener.Close())
	}
	return in, listener, clean, nil
}

// open makes the demo's installation in a folder that holds none, with a key
// that only --data writes down.
func (c *demoCommand) open(p *program, w ways) (in *installation, clean func() error, err error) {
	folder, remove := c.Data, func() error { return nil }
	if folder == "" {
		if folder, err = os.MkdirTemp("", "sealform-demo-"); err != nil {
			return nil, nil, err
		}
		remove = func() error { return os.RemoveAll(folder) }
	}
	place := &config.Place{
		DatabaseURL: config.Secret(filepath.Join(folder, "sealform.db")), Data: folder,
		OperatorName: "Sealform Demo", LogLevel: slog.LevelWarn,
	}
	if hasDatabase(place) {
		return nil, nil, fmt.Errorf("--data %s holds a database already; choose another folder, or run 'sealform serve --data %[1]s'", folder)
	}
	ring := vault.NewRing()
	if c.Data != "" {
		if err := config.MakeKeyFile(filepath.Join(folder, "server.key"), ring.Bytes()); err != nil {
			return nil, nil, err
		}
	}
	if in, err = p.openWith(place, ring, w); err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	return in, func() error { return errors.Join(in.Close(), remove()) }, nil
}

func (c *demoCommand) listen() (net.Listener, error) {
	if c.Addr != "" {
		return net.Listen("tcp", c.Addr)
	}
	listener, err := net.Listen("tcp", demoAddr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	return listener, err
}

// show prints what a visitor needs. The listener accepts connections by now.
func (c *demoCommand) show(p *program, d *demo) error {
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(d)
	}
	return d.print(p.stdout)
}

func (d *demo) print(w io.Writer) error {
	fmt.Fprintf(w, "\nSealform demo at %s\n\nStaff sign-in  %s/staff/sign-in\n  e-mail       %s\n  passphrase   %s\nAPI key        %s\n\n",
		d.BaseURL, d.BaseURL, d.Staff.Email, d.Staff.Passphrase, d.APIKey)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CLIENT\tDOCUMENT\tCODE\tLINK")
	for _, doc := range d.Documents {
		fmt.Fprintf(table, "%s\t%s\t%s %s\t%s\n", doc.Client, doc.Template, doc.Code[:4], doc.Code[4:], doc.Link)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "\nEverybody here is invented. Stop with Ctrl-C.")
	return err
}
