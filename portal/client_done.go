package portal

import (
	"mime"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// done is the receipt of a document that was sent.
func done(v *visit) error {
	st := v.named()
	if st == nil {
		return fiber.ErrNotFound
	}
	if st.State != practice.Completed {
		return see(v.c, "/d/"+v.token)
	}
	d, err := v.document(st)
	if err != nil {
		return err
	}
	reference := st.Document.String()[28:]
	page := views.Done{
		ClientPage: d.client(), Reference: strings.ToUpper(reference),
		Next: []string{d.say("%s has received it. There is nothing else you need to do for this document.", v.Practice.Name)},
	}
	kept, err := d.copied()
	if err != nil {
		return err
	}
	if kept.Alerted {
		page.Crisis = views.CrisisIn(d.form.Language, d.Practice.Country)
	}
	if next := v.Current(); next != nil {
		page.Forward = v.at(next, "1")
	} else {
		page.Files = fileLinks(kept.Files, d.path("attachments/"))
		page.Copy, page.Until = d.path("copy/"+d.form.Name+"-"+reference+".pdf"), v.copyUntil()
	}
	return v.page(fiber.StatusOK, page)
}

// copied opens what was sent where the page shows something of it.
func (d *document) copied() (store.Copied, error) {
	if !d.form.Alerts() && !d.asksFiles() {
		return store.Copied{}, nil
	}
	return d.p.Store.Copied(d.c.UserContext(), d.Visit, d.step, d.form)
}

func (d *document) asksFiles() bool {
	for page := range d.form.Pages() {
		if d.form.AsksFiles(page) {
			return true
		}
	}
	return false
}

// copyUntil says how long the link opens the copy; "" is while this session
// lasts.
func (v *visit) copyUntil() string {
	switch {
	case v.Practice.CopyDays == 0:
		return ""
	case v.CopyUntil.IsZero():
		return v.day(v.Expires)
	}
	return v.day(v.CopyUntil)
}

// signedCopy is the sealed PDF, for whoever signed it.
func signedCopy(v *visit) error {
	st := v.named()
	if st == nil || st.State != practice.Completed {
		return fiber.ErrNotFound
	}
	file, name, err := v.p.Store.Copy(v.c.UserContext(), v.Visit, st)
	if err != nil {
		return err
	}
	v.c.Set(fiber.HeaderContentType, "application/pdf")
	v.c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("inline", map[string]string{"filename": name}))
	return v.c.Send(file)
}

// overview lists the documents of a packet; a single one needs no list.
func overview(v *visit) error {
	if len(v.Steps) < 2 {
		return see(v.c, "/d/"+v.token)
	}
	page := views.Overview{ClientPage: v.client()}
	current := v.Current()
	for i := range v.Steps {
		line, err := v.packetLine(&v.Steps[i], current)
		if err != nil {
			return err
		}
		page.Documents = append(page.Documents, line)
		if &v.Steps[i] == current {
			page.Next = line.Href
		}
	}
	return v.page(fiber.StatusOK, page)
}

func (v *visit) packetLine(st, current *store.Step) (views.PacketDocument, error) {
	d, err := v.document(st)
	if err != nil {
		return views.PacketDocument{}, err
	}
	line := views.PacketDocument{Language: tongue(d.form.Language, v.Language), Title: d.form.Title, Minutes: d.form.Minutes, Done: st.State == practice.Completed}
	switch {
	case line.Done:
		line.State, line.Href = "Done", d.path("done")
	case st == current && st.State == practice.Started:
		line.State, line.Href = "Started", d.path("resume")
	case st == current:
		line.State, line.Href = "Not started", d.path("1")
	case st.State.Open():
		line.State = "Opens after the one before it"
	case st.State == practice.Declined:
		line.State, line.Done = "Declined", true
	default:
		line.State, line.Done = "Closed", true
	}
	return line, nil
}
