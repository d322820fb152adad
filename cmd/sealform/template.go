package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/sealform/sealform/forms"
)

type templateCommand struct {
	Check   templateCheckCommand   `cmd:"" help:"Check templates: what is wrong, what reads badly, which clauses are missing."`
	Preview templatePreviewCommand `cmd:"" help:"Fill in a template as a client would, with nothing kept."`
}

type templateCheckCommand struct {
	Files []string `arg:"" name:"file" type:"existingfile" help:"Templates in YAML."`
}

var errTemplates = errors.New("some templates want another look")

// Run prints what there is to say of each file. It fails when a template
// cannot be used, and when somebody should look at one again.
func (c *templateCheckCommand) Run(p *program) error {
	failed := false
	for _, name := range c.Files {
		form, err := readTemplate(name)
		if err != nil {
			printErrors(p.stderr, err)
			failed = true
			continue
		}
		remarks := form.Lint()
		printCheck(p.stdout, name, form, remarks)
		failed = failed || len(remarks) > 0
	}
	if failed {
		return errTemplates
	}
	return nil
}

func printCheck(w io.Writer, name string, form *forms.Template, remarks []forms.Remark) {
	fmt.Fprintf(w, "%s: %s %s, %d pages, sha256 %s\n", name, form.Name, form.Version, len(form.Pages()), form.SHA256())
	for _, g := range form.Grades() {
		fmt.Fprintf(w, "  reading grade %4.1f  %s\n", max(g.Years, 0), g.Page)
	}
	for _, remark := range remarks {
		fmt.Fprintf(w, "  %s\n", remark)
	}
}

// readTemplate parses the file. Its errors name file, line and item.
func readTemplate(name string) (*forms.Template, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return forms.Parse(name, text)
}
