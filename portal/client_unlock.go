package portal

import (
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// What was typed when a session ran out travels through the unlock page in
// hidden fields of these names.
const (
	keepPrefix = "keep."
	keepTo     = "keep_to" // "document/page"
)

// askCode shows the unlock page. Its words are neutral: not even the number of
// documents shows.
func (v *visit) askCode(status int, u views.Unlock) error {
	u.ClientPage = v.client()
	readable, err := v.readable()
	if err != nil {
		return err
	}
	u.Choose = v.languages(readable, v.Language, "/d/"+v.token)
	u.Until = v.day(v.Expires)
	if !v.CopyUntil.IsZero() {
		u.Until = v.day(v.CopyUntil)
	}
	u.Action = v.link("unlock")
	u.NoCode.Action = v.link("no-code")
	if v.Locked {
		u.Denial = views.Locked
	}
	return v.page(status, u)
}

// askAgain asks for the code of a session that ran out, and keeps what a page
// was sending.
func (v *visit) askAgain() error {
	to := path.Base(v.c.Path())
	typed := v.c.Params("page") != "" || to == "sign" || to == "decline"
	if v.c.Method() != fiber.MethodPost || !typed {
		return see(v.c, "/d/"+v.token)
	}
	fields, err := form(v.c)
	if err != nil {
		return err
	}
	kept := []views.Hidden{{Name: keepTo, Value: v.c.Params("doc") + "/" + to}}
	return v.askCode(fiber.StatusUnauthorized, views.Unlock{Kept: append(kept, hidden(keepPrefix, fields)...)})
}

// hidden returns the fields as hidden ones, their names after a prefix.
func hidden(prefix string, fields url.Values) []views.Hidden {
	var out []views.Hidden
	for _, name := range sortedNames(fields) {
		for _, value := range fields[name] {
			out = append(out, views.Hidden{Name: prefix + name, Value: value})
		}
	}
	return out
}

func sortedNames(fields url.Values) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// unlock compares the code and, when it is right, opens the form in this
// browser and saves what was kept.
func unlock(v *visit) error {
	fields, err := form(v.c)
	if err != nil {
		return err
	}
	kept := keptIn(fields)
	if !v.p.within(v.c, unlocking) {
		return v.askCode(fiber.StatusTooManyRequests, views.Unlock{Denial: views.Busy, Kept: kept})
	}
	got, err := v.p.Store.Unlock(v.c.UserContext(), v.token, fields.Get("code"), v.p.cookie(v.c, deviceCookie), from(v.c))
	if err != nil {
		return v.denied(err, kept)
	}
	v.p.setCookie(v.c, sessionCookie(v.token), got.Session, 0)
	v.p.setCookie(v.c, deviceCookie, got.Device, deviceLife)
	if to := fields.Get(keepTo); to != "" {
		return v.saveKept(got, to, fields)
	}
	return see(v.c, "/d/"+v.token)
}

// denied shows the unlock page again and says why.
func (v *visit) denied(err error, kept []views.Hidden) error {
	var wrong *store.WrongCode
	switch {
	case errors.As(err, &wrong) && wrong.Left > 0:
		return v.askCode(fiber.StatusUnprocessableEntity, views.Unlock{Denial: views.Wrong, Left: wrong.Left, Kept: kept})
	case errors.As(err, &wrong), errors.Is(err, fault.Locked):
		v.Locked = true
		return v.askCode(fiber.StatusLocked, views.Unlock{Kept: kept})
	case errors.Is(err, fault.Invalid):
		return v.askCode(fiber.StatusUnprocessableEntity, views.Unlock{Denial: views.Malformed, Kept: kept})
	case errors.Is(err, fault.NotFound):
		return see(v.c, "/d/"+v.token)
	}
	return err
}

// keptIn returns the fields an unlock page carried, to carry them again.
func keptIn(fields url.Values) []views.Hidden {
	kept := url.Values{}
	for name, values := range fields {
		if name == keepTo || strings.HasPrefix(name, keepPrefix) {
			kept[name] = values
		}
	}
	return hidden("", kept)
}

// saveKept saves what was typed before the session ran out, in the session
// that has just begun. What ends a document is shown again instead: nobody
// signs or declines by entering a code.
func (v *visit) saveKept(got *store.Unlocked, to string, fields url.Values) error {
	seen, err := v.p.Store.Visit(v.c.UserContext(), v.token, got.Session, got.Device)
	if err != nil {
		return err
	}
	v.Visit = seen
	typed := url.Values{}
	for name, values := range fields {
		if name, ok := strings.CutPrefix(name, keepPrefix); ok {
			typed[name] = values
		}
	}
	d, below, ok := v.keptPage(to)
	if !ok {
		return see(v.c, "/d/"+v.token)
	}
	switch below {
	case "sign":
		return d.keptSignature(typed)
	case "decline":
		return d.keptReason(typed)
	}
	page, ok := d.numbered(below)
	if !ok {
		return see(v.c, "/d/"+v.token)
	}
	back := d.path(below)
	if _, err := d.save(page, typed, nil); err != nil && !errors.Is(err, store.ErrElsewhere) {
		return v.p.resend(v.c, err, v.practice(), back, typed)
	}
	return see(v.c, back)
}

// keptPage returns the document and the page below it that "document/page"
// names, when it is the document's turn.
func (v *visit) keptPage(to string) (*document, string, bool) {
	id, below, _ := strings.Cut(to, "/")
	st := v.Current()
	if st == nil || st.Document.String() != id {
		return nil, "", false
	}
	d, err := v.document(st)
	return d, below, err == nil
}

// noCode tells the practice that the client has no code.
func noCode(v *visit) error {
	fields, err := form(v.c)
	if err != nil {
		return err
	}
	why := fields.Get("why")
	if !slices.Contains([]string{"not-received", "lost", "not-working"}, why) {
		return v.askCode(fiber.StatusUnprocessableEntity, views.Unlock{NoCode: views.NoCode{Open: true, Problem: v.say("Choose what happened")}})
	}
	if v.p.within(v.c, telling) {
		if err := v.p.Store.NoCode(v.c.UserContext(), v.token, why, from(v.c)); err != nil {
			return err
		}
	}
	return v.page(fiber.StatusOK, views.NoCodeSent{ClientPage: v.client(), Back: "/d/" + v.token})
}

// leave ends the session in this browser. The device keeps its drafts.
func leave(v *visit) error {
	name := sessionCookie(v.token)
	if err := v.p.Store.Leave(v.c.UserContext(), v.p.cookie(v.c, name)); err != nil {
		return err
	}
	v.p.dropCookie(v.c, name)
	return see(v.c, "/d/"+v.token)
}
