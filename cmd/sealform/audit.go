package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/config"
)

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Check that no event was changed, removed or added."`
}

type auditVerify struct {
	config.Database `embed:""`
}

func (c *auditVerify) Run(p *program) (err error) {
	in, err := p.open(c.Database)
	if err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	heads, err := in.store.VerifyChains(p.ctx)
	for _, id := range slices.SortedFunc(maps.Keys(heads), func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }) {
		fmt.Fprintf(p.stdout, "%-36s  %d events, unbroken  %x\n", whose(id), heads[id].Seq, heads[id].Hash)
	}
	return err
}

func whose(chain uuid.UUID) string {
	if chain == audit.Installation {
		return "the installation"
	}
	return chain.String()
}
