package portal

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/audit"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const eventsOnPage = 100

const activity = "/staff/activity"

// staffActivity shows the log, newest first. The first page checks the whole
// chain as well: that is what the log is worth.
func (p *Portal) staffActivity(c *fiber.Ctx, h *store.Holder) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	asked, filter := p.activityAsked(c, where)
	events, next, err := p.Store.Events(c.UserContext(), h, filter, c.Query("cursor"), eventsOnPage)
	if err != nil {
		return err
	}
	names, err := p.Store.Colleagues(c.UserContext(), h)
	if err != nil {
		return err
	}
	page := views.Activity{StaffPage: base, Filter: activity, What: asked.Get("what"), Who: asked.Get("who"), From: asked.Get("from"), To: asked.Get("to"), Head: activity + "/head"}
	page.Whats, page.People = activityGroups(), people(names)
	if h.May(access.Export) {
		page.Export = activity + ".csv?" + asked.Encode()
	}
	for _, e := range events {
		page.Rows = append(page.Rows, p.activityRow(&e, names, where))
	}
	if next != "" {
		asked.Set("cursor", next)
		page.Next = activity + "?" + asked.Encode()
	}
	if c.Query("cursor") == "" {
		n, err := p.Store.VerifyChain(c.UserContext(), h)
		if err != nil {
			page.Broken = "Tell whoever runs this installation. The check stopped after entry " + strconv.FormatInt(n, 10) + "."
		} else {
			page.Verified = fmt.Sprintf("The log was checked just now: %d entries, unbroken.", n)
		}
	}
	return p.page(c, fiber.StatusOK, page)
}

func (p *Portal) activityRow(e *audit.Event, names map[uuid.UUID]string, where place) views.ActivityRow {
	row := views.ActivityRow{
		Seq: strconv.FormatInt(e.Seq, 10), At: where.when(e.At, p.Now()), Who: actorWords(e.Actor, names),
		Text: actionWords(string(e.Action), e.Outcome), Href: subjectHref(e.Subject), From: e.Detail["address"],
	}
	if name := names[e.Subject.ID]; e.Subject.Kind == "member" && e.Subject.ID != e.Actor.ID && name != "" {
		row.Text += ": " + name
	}
	row.Detail = messageDetail(*e)
	return row
}

// activityGroups are what a reader may ask the log for.
func activityGroups() []views.Option {
	return []views.Option{
		{Value: "", Text: "Everything"}, {Value: "answers,pdf,attachment", Text: "Reading and downloads"}, {Value: "document,delivery", Text: "Documents"},
		{Value: "client,record", Text: "Clients"}, {Value: "message,code,consent,messages", Text: "Messages"}, {Value: "member,kit,key", Text: "Team, keys and sign-in"}, {Value: "practice,template,seal,server-key", Text: "Settings and templates"},
	}
}

func people(names map[uuid.UUID]string) []views.Option {
	options := []views.Option{{Value: "", Text: "Everybody"}}
	for id, name := range names {
		options = append(options, views.Option{Value: id.String(), Text: name})
	}
	slices.SortFunc(options[1:], func(a, b views.Option) int { return strings.Compare(a.Text, b.Text) })
	return options
}

// activityAsked reads a filter from the address. What cannot be meant asks
// nothing.
func (p *Portal) activityAsked(c *fiber.Ctx, where place) (url.Values, audit.Filter) {
	asked, f := url.Values{}, audit.Filter{}
	if who, err := uuid.Parse(c.Query("who")); err == nil {
		f.Actor = who
		asked.Set("who", who.String())
	}
	if what := c.Query("what"); slices.ContainsFunc(activityGroups()[1:], func(o views.Option) bool { return o.Value == what }) {
		asked.Set("what", what)
		for _, noun := range strings.Split(what, ",") {
			for action := range actions {
				if strings.HasPrefix(action, noun+".") {
					f.Actions = append(f.Actions, audit.Action(action))
				}
			}
		}
	}
	if from, err := time.ParseInLocation(time.DateOnly, c.Query("from"), where.Location); err == nil {
		f.From = from
		asked.Set("from", c.Query("from"))
	}
	if to, err := time.ParseInLocation(time.DateOnly, c.Query("to"), where.Location); err == nil {
		f.To = to.AddDate(0, 0, 1)
		asked.Set("to", c.Query("to"))
	}
	return asked, f
}

// staffActivityFile gives what the filter finds as a CSV, cell by cell safe to
// open in a spreadsheet.
func (p *Portal) staffActivityFile(c *fiber.Ctx, h *store.Holder) error {
	_, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	names, err := p.Store.Colleagues(c.UserContext(), h)
	if err != nil {
		return err
	}
	_, filter := p.activityAsked(c, where)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"No.", "When", "Who", "What", "Outcome", "About", "Id", "Address", "Browser", "Hash"}}
	for cursor, more := "", true; more; more = cursor != "" {
		var events []audit.Event
		if events, cursor, err = p.Store.Events(c.UserContext(), h, filter, cursor, 200); err != nil {
			return err
		}
		for _, e := range events {
			rows = append(rows, []string{
				strconv.FormatInt(e.Seq, 10), e.At.In(where.Location).Format(time.RFC3339), actorWords(e.Actor, names), actionWords(string(e.Action), e.Outcome), e.Outcome,
				e.Subject.Kind, e.Subject.ID.String(), e.Detail["address"], e.Detail["browser"], hex.EncodeToString(e.Hash),
			})
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = defused(row[i])
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	if err := p.Store.Exported(c.UserContext(), h, "activity.export"); err != nil {
		return err
	}
	return sendFile(c, b.Bytes(), "text/csv; charset=utf-8", "activity.csv")
}

// staffActivityHead shows the newest entry's hash to print: whoever keeps the
// paper can tell later whether the log before it was changed.
func (p *Portal) staffActivityHead(c *fiber.Ctx, h *store.Holder) error {
	base, where, err := p.staffPageIn(c, h)
	if err != nil {
		return err
	}
	events, _, err := p.Store.Events(c.UserContext(), h, audit.Filter{}, "", 1)
	if err != nil {
		return err
	}
	page := views.ChainHead{StaffPage: base, Back: activity, Printed: where.when(p.Now(), p.Now())}
	for _, e := range events {
		page.Seq, page.At, page.Hash = strconv.FormatInt(e.Seq, 10), where.exactly(e.At), grouped(hex.EncodeToString(e.Hash))
	}
	return p.page(c, fiber.StatusOK, page)
}

// memberNames are the colleagues' names by id, where the member may see them.
func (p *Portal) memberNames(c *fiber.Ctx, h *store.Holder) (map[uuid.UUID]string, error) {
	names := map[uuid.UUID]string{h.ID: h.Name}
	if !h.May(access.ManageMembers) {
		return names, nil
	}
	members, err := p.Store.Members(c.UserContext(), h)
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return names, err
}

func actorWords(a access.Actor, names map[uuid.UUID]string) string {
	switch a.Kind {
	case access.Staff:
		if name := names[a.ID]; name != "" {
			return name
		}
		return "A colleague"
	case access.APIKey:
		return "An API key"
	case access.Client:
		return "The client"
	case access.Operator:
		return "The operator"
	default:
		return "Sealform"
	}
}

func subjectHref(s audit.Subject) string {
	switch s.Kind {
	case "document":
		return "/staff/documents/" + s.ID.String()
	case "client":
		return "/staff/clients/" + s.ID.String()
	}
	return ""
}
