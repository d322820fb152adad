package portal

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// aboutSending are the codes of refusals that the part of the page about
// messages can put right.
var aboutSending = map[string]bool{"no-consent": true, "no-channel": true, "one-address": true, "consent": true, "daily-cap": true, "channel": true}

// offered are the consents that staff record, each as it is posted and as it reads.
var offered = []struct{ value, text string }{
	{"email.documents", "Forms by email"}, {"email.reminders", "Reminders by email"},
	{"sms.documents", "Forms and codes by text message"}, {"sms.reminders", "Reminders by text message"},
	{"voice.documents", "Codes by a phone call"},
}

// readSending reads how messages carry link and code.
func readSending(in url.Values, order *store.NewDocument, add func(control, text string)) {
	get := func(name string) string { return strings.TrimSpace(in.Get(name)) }
	order.LinkBy, order.CodeBy, order.AskFirst = practice.Channel(get("link_by")), practice.Channel(get("code_by")), get("ask_first") == "yes"
	for _, o := range offered {
		if !slices.Contains(in["consent"], o.value) {
			continue
		}
		channel, purpose, _ := strings.Cut(o.value, ".")
		order.Consents = append(order.Consents, store.Consent{Channel: practice.Channel(channel), Purpose: practice.Purpose(purpose), Given: true, How: get("consent_how")})
	}
	if len(order.Consents) > 0 && get("consent_how") == "" {
		add("consent_how", "Enter how the client agreed, such as: in person")
	}
}

func (p *Portal) fillSending(c *fiber.Ctx, h *store.Holder, in url.Values, page *views.NewDocument) error {
	s := views.Sending{How: in.Get("consent_how"), AskFirst: in.Get("ask_first") == "yes", LinkBy: in.Get("link_by"), CodeBy: in.Get("code_by")}
	ready := p.Store.Channels()
	for _, o := range offered {
		channel, _, _ := strings.Cut(o.value, ".")
		if slices.Contains(ready, practice.Channel(channel)) {
			chosen := slices.Contains(in["consent"], o.value)
			s.Offers, s.Agreed = append(s.Offers, views.TemplateOption{Value: o.value, Title: o.text, Chosen: chosen}), s.Agreed || chosen
		}
	}
	s.LinkWays = []views.Option{{Value: "", Text: "what fits best"}}
	s.CodeWays = []views.Option{{Value: "", Text: "what fits best"}, {Value: string(store.ByHand), Text: "I read it out"}}
	for _, channel := range ready {
		option := views.Option{Value: string(channel), Text: channelWords[channel]}
		if channel != practice.Voice {
			s.LinkWays = append(s.LinkWays, option)
		}
		s.CodeWays = append(s.CodeWays, option)
	}
	if id, err := uuid.Parse(page.ClientID); err == nil && len(ready) > 0 {
		about, err := p.Store.Practice(c.UserContext(), h.Practice)
		if err != nil {
			return err
		}
		standings, err := p.Store.Standings(c.UserContext(), h, id)
		if err != nil {
			return err
		}
		s.Stands = reach(standings, placeOf(about))
	}
	page.Sending = s
	return nil
}

// reach says what somebody said about messages, a sentence for each way.
func reach(standings []store.Standing, where place) (lines []string) {
	other := ""
	for _, s := range standings {
		if s.Given && s.Ready {
			other = "Use " + channelWords[s.Channel] + "."
		}
	}
	if other == "" {
		other = "Call them, or hand link and code over yourself."
	}
	for _, s := range standings {
		way := "By " + channelWords[s.Channel] + " to " + s.To + ": "
		switch {
		case !s.Stopped.IsZero():
			lines = append(lines, way+"stopped on "+where.day(s.Stopped)+". "+other)
		case s.Given && s.Remind:
			lines = append(lines, way+"agreed, to reminders too ("+howWords(s.How)+", "+where.day(s.At)+").")
		case s.Given:
			lines = append(lines, way+"agreed ("+howWords(s.How)+", "+where.day(s.At)+").")
		case s.How == store.HowAsked:
			lines = append(lines, way+"asked, no answer yet.")
		case s.Ready:
			lines = append(lines, way+"not asked yet.")
		}
	}
	return lines
}

func howWords(how string) string {
	switch how {
	case store.HowForm:
		return "in a form"
	case store.HowAnswer:
		return "answered our question"
	}
	return how
}

// sentTo says where a message takes a link or a code; "" when none does.
func sentTo(by practice.Channel, to string) string {
	if by == "" {
		return ""
	}
	return "by " + channelWords[by] + " to " + to
}

// addMessages shows a document's messages, and how else its client is reached.
func (p *Portal) addMessages(ctx context.Context, h *store.Holder, d *store.Document, page *views.Document, where place) error {
	messages, err := p.Store.Messages(ctx, h, d.ID)
	if err != nil {
		return err
	}
	for i := range messages {
		m := &messages[i]
		line := views.Delivery{Kind: kindWords[m.Kind], Channel: channelWords[m.Channel], To: m.To}
		line.State, line.Tone = messageStateWords(m, p.Now(), where)
		if m.State == practice.MessageFailed && h.May(access.SendDocuments) {
			line.Retry = documentHref(d.ID) + "/messages/" + m.ID.String() + "/retry"
		}
		page.Messages = append(page.Messages, line)
		if m.Code && h.May(access.SendDocuments) && d.State != practice.Completed {
			page.ShowCode = documentHref(d.ID) + "/code"
		}
	}
	if len(messages) > 0 && h.May(access.ReadDocuments) {
		standings, err := p.Store.DocumentStandings(ctx, h, d)
		if err != nil {
			return err
		}
		page.Reach = reach(standings, where)
	}
	return nil
}
