package portal

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// showSign asks for the signature under the revision that was reviewed.
func showSign(d *document) error {
	draft, err := d.draft()
	if err != nil {
		return err
	}
	response := d.read(draft.Inputs)
	if d.c.Query("rev") != strconv.FormatInt(draft.Revision, 10) || len(response.Problems) > 0 {
		return see(d.c, d.path("review"))
	}
	page := d.signing(draft.Revision)
	if page.Self {
		page.Signer = "self"
	}
	page.Crisis = d.crisis(response)
	return d.page(fiber.StatusOK, page)
}

// askSignature shows a signature that waited for the code, or that needs a
// correction.
func (d *document) askSignature(status int, page views.Sign) error {
	draft, err := d.draft()
	if errors.Is(err, store.ErrElsewhere) {
		return see(d.c, d.path("afresh"))
	}
	if err != nil {
		return err
	}
	page.Crisis = d.crisis(d.read(draft.Inputs))
	return d.page(status, page)
}

// signing is the sign page with nothing entered.
func (d *document) signing(revision int64) views.Sign {
	who := d.form.Who
	return views.Sign{
		ClientPage: d.client(), Action: d.path("sign"), Revision: revision, Heading: d.form.Title,
		Statement: d.form.Sign.Statement, Acknowledge: d.form.Sign.Role == "acknowledge", Witnessed: d.form.Sign.Witness,
		Self:   len(who) == 0 || slices.Contains(who, "client"),
		Others: len(who) == 0 || slices.Contains(who, "guardian") || slices.Contains(who, "representative"),
		Notice: views.CurrentSigningNotice(d.form.Language, d.practice(), d.Practice.CopyDays), Decline: d.path("decline"),
	}
}

// sign submits the document, exactly once however often it is sent.
func sign(d *document) error {
	fields, err := form(d.c)
	if err != nil {
		return err
	}
	if fields.Get(buttonBack) != "" {
		return see(d.c, d.path("review"))
	}
	revision, err := strconv.ParseInt(fields.Get(fieldRevision), 10, 64)
	if err != nil {
		return see(d.c, d.path("review"))
	}
	page := d.signing(revision)
	signature := d.signature(&page, fields)
	if len(page.Problems) > 0 {
		return d.askSignature(fiber.StatusUnprocessableEntity, page)
	}
	err = d.p.Store.Submit(d.c.UserContext(), d.Visit, d.step, revision, signature, from(d.c))
	return d.submitted(err, page, fields)
}

// keptSignature shows again what was entered when a session ran out.
func (d *document) keptSignature(fields url.Values) error {
	revision, err := strconv.ParseInt(fields.Get(fieldRevision), 10, 64)
	if err != nil {
		return see(d.c, d.path("review"))
	}
	page := d.signing(revision)
	d.signature(&page, fields)
	page.Problems = nil
	return d.askSignature(fiber.StatusOK, page)
}

// submitted answers what became of a submission.
func (d *document) submitted(err error, page views.Sign, fields url.Values) error {
	var incomplete *store.Incomplete
	switch {
	case err == nil:
		return see(d.c, d.path("done"))
	case errors.Is(err, store.ErrStale), errors.As(err, &incomplete):
		draft, bad := d.draft()
		if bad != nil {
			return bad
		}
		if incomplete != nil {
			return d.review(fiber.StatusUnprocessableEntity, draft, nil)
		}
		return d.review(fiber.StatusConflict, draft, draft.ChangedSince(page.Revision))
	case errors.Is(err, fault.Invalid):
		page.Problems = views.Problems{{Control: "name", Text: d.say(fault.Sentence(err))}}
		return d.askSignature(fiber.StatusUnprocessableEntity, page)
	}
	return d.notSaved(err, fields)
}

// signature reads what was entered into the page, with its problems, and
// returns it as it will be kept.
func (d *document) signature(page *views.Sign, fields url.Values) practice.Signature {
	said := func(name string) string { return fieldText(fields, name) }
	page.Name, page.Signer = said("name"), said("signer")
	page.Relationship, page.Authority = said("relationship"), said("authority")
	page.Agree, page.Strokes = said("agree") == "yes", said("strokes")
	add := func(control, text string) {
		page.Problems = append(page.Problems, views.Problem{Control: control, Text: text})
	}
	role, ok := d.role(page)
	if !ok {
		add("signer", d.say("Choose who is signing"))
	}
	if role == "guardian" || role == "representative" {
		d.require(page.Relationship, 200, "relationship", d.say("Enter your relationship"), add)
		d.require(page.Authority, 200, "authority", d.say("Enter what allows you to sign"), add)
	} else {
		page.Relationship, page.Authority = "", ""
	}
	d.require(page.Name, 200, "name", d.say("Enter your full name"), add)
	strokes, err := forms.ParseStrokes(page.Strokes)
	if err != nil {
		page.Strokes = ""
		add("name", d.say("Draw your signature again, or leave the drawing out"))
	}
	witnessed := d.witnessed(page, fields, add)
	if !page.Agree {
		add("agree", d.say("Tick the box to sign"))
	}
	return practice.Signature{
		Name: page.Name, Role: role, Relationship: page.Relationship, Authority: page.Authority, Strokes: strokes,
		Witness: page.Witness, WitnessStrokes: witnessed,
		Statement: page.Statement, Notice: page.Notice.Version, At: d.p.Now().UTC(),
		Address: from(d.c).Address, Browser: from(d.c).Browser,
	}
}

func fieldText(fields url.Values, name string) string {
	return strings.TrimSpace(strings.ToValidUTF8(fields.Get(name), ""))
}

// witnessed reads what the witness entered, where one has to, and returns what
// they drew.
func (d *document) witnessed(page *views.Sign, fields url.Values, add func(control, text string)) [][][2]int {
	if !page.Witnessed {
		return nil
	}
	page.Witness, page.WitnessStrokes = fieldText(fields, "witness"), fieldText(fields, "witness_strokes")
	d.require(page.Witness, 200, "witness", d.say("Enter the full name of the witness"), add)
	if page.Witness != "" && strings.EqualFold(page.Witness, page.Name) {
		add("witness", d.say("The witness must be somebody other than the signer"))
	}
	strokes, err := forms.ParseStrokes(page.WitnessStrokes)
	if err != nil {
		page.WitnessStrokes = ""
		add("witness", d.say("Draw the signature of the witness again, or leave the drawing out"))
	}
	return strokes
}

// role returns who signs in the words of a signature.
func (d *document) role(page *views.Sign) (string, bool) {
	switch page.Signer {
	case "self":
		return "self", page.Self
	case "parent":
		return "guardian", page.Others
	case "representative":
		return "representative", page.Others
	}
	return "", false
}

func (d *document) require(value string, most int, control, text string, add func(control, text string)) {
	if value == "" {
		add(control, text)
	} else if len(value) > 4*most || len([]rune(value)) > most {
		add(control, d.say("Use at most %d characters", most))
	}
}
