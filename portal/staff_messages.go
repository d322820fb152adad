package portal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const messagesPath = "/staff/settings/messages"

func (p *Portal) staffMessages(c *fiber.Ctx, h *store.Holder) error {
	plan, err := p.Store.MessagePlan(c.UserContext(), h)
	if err != nil {
		return err
	}
	return p.showPlan(c, h, planFields(plan), nil)
}

func planFields(plan *store.MessagePlan) views.MessageSettings {
	var after []string
	for _, n := range plan.RemindAfter {
		after = append(after, strconv.Itoa(n))
	}
	return views.MessageSettings{
		RemindAfter: strings.Join(after, ", "), RemindBefore: strconv.Itoa(plan.RemindBefore),
		QuietFrom: clockWords(plan.QuietFrom), QuietTo: clockWords(plan.QuietTo),
		MostADay: strconv.Itoa(plan.MostADay), TellStaff: plan.TellStaff,
	}
}

func clockWords(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (p *Portal) showPlan(c *fiber.Ctx, h *store.Holder, page views.MessageSettings, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	page.StaffPage, page.Section, page.Action, page.Problems = base, sections(h, messagesPath), messagesPath, problems
	for _, channel := range p.Store.Channels() {
		page.Channels = append(page.Channels, channelWords[channel])
	}
	for _, kind := range practice.ClientMessages {
		for _, channel := range practice.Channels {
			if !speaks(kind, channel) {
				continue
			}
			row, err := p.wordingRow(c, h, kind, channel)
			if err != nil {
				return err
			}
			page.Wordings = append(page.Wordings, row)
		}
	}
	status := fiber.StatusOK
	if len(problems) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return p.page(c, status, page)
}

// speaks reports whether a channel carries messages of a kind: a call says
// codes alone.
func speaks(kind practice.MessageKind, channel practice.Channel) bool {
	return channel != practice.Voice || kind == practice.CodeMessage
}

func (p *Portal) wordingRow(c *fiber.Ctx, h *store.Holder, kind practice.MessageKind, channel practice.Channel) (views.WordingRow, error) {
	row := views.WordingRow{Kind: kindWords[kind], Channel: channelWords[channel]}
	for _, language := range views.WordingLanguages {
		_, own, err := p.Store.Wording(c.UserContext(), h, kind, channel, language)
		if err != nil {
			return row, err
		}
		row.Languages = append(row.Languages, views.WordingLink{Language: languageWords[language], Href: wordingPath(kind, channel, language), Own: own})
	}
	return row, nil
}

func wordingPath(kind practice.MessageKind, channel practice.Channel, language string) string {
	return messagesPath + "/" + string(kind) + "/" + string(channel) + "/" + language
}

func (p *Portal) staffSavePlan(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	get := func(name string) string { return strings.TrimSpace(in.Get(name)) }
	shown := views.MessageSettings{
		RemindAfter: get("remind_after"), RemindBefore: get("remind_before"), QuietFrom: get("quiet_from"), QuietTo: get("quiet_to"),
		MostADay: get("most_a_day"), TellStaff: get("tell_staff") == "yes",
	}
	plan, problems := readPlan(&shown)
	if problems == nil {
		err := p.Store.SaveMessagePlan(c.UserContext(), h, plan)
		if fault.KindOf(err) == fault.Invalid {
			problems = views.Problems{{Control: strings.ReplaceAll(fault.CodeOf(err), "-", "_"), Text: fault.Sentence(err)}}
		} else if err != nil {
			return err
		}
	}
	if problems != nil {
		return p.showPlan(c, h, shown, problems)
	}
	return see(c, messagesPath+"?done=saved")
}

func readPlan(in *views.MessageSettings) (plan store.MessagePlan, problems views.Problems) {
	number := func(control, text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			problems = append(problems, views.Problem{Control: control, Text: "Enter a number, such as 2"})
		}
		return n
	}
	for part := range strings.SplitSeq(in.RemindAfter, ",") {
		if part = strings.TrimSpace(part); part != "" {
			plan.RemindAfter = append(plan.RemindAfter, number("remind_after", part))
		}
	}
	plan.RemindBefore, plan.MostADay, plan.TellStaff = number("remind_before", in.RemindBefore), number("most_a_day", in.MostADay), in.TellStaff
	for control, text := range map[string]string{"quiet_from": in.QuietFrom, "quiet_to": in.QuietTo} {
		minutes, ok := readClock(text)
		if !ok {
			problems = append(problems, views.Problem{Control: control, Text: "Enter a time of day, such as 21:00"})
		}
		if control == "quiet_from" {
			plan.QuietFrom = minutes
		} else {
			plan.QuietTo = minutes
		}
	}
	return plan, problems
}

func readClock(text string) (minutes int, ok bool) {
	hour, minute, found := strings.Cut(text, ":")
	h, err := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	return h*60 + m, found && err == nil && err2 == nil && h >= 0 && h < 24 && m >= 0 && m < 60
}

// wordingOf reads which message the path names.
func wordingOf(c *fiber.Ctx) (kind practice.MessageKind, channel practice.Channel, language string, err error) {
	kind, channel, language = practice.MessageKind(c.Params("kind")), practice.Channel(c.Params("channel")), c.Params("language")
	if !slices.Contains(practice.ClientMessages, kind) || !slices.Contains(practice.Channels, channel) || !speaks(kind, channel) || !slices.Contains(views.WordingLanguages, language) {
		err = fault.New(fault.NotFound, "There is no such message.")
	}
	return kind, channel, language, err
}

func (p *Portal) staffWording(c *fiber.Ctx, h *store.Holder) error {
	kind, channel, language, err := wordingOf(c)
	if err != nil {
		return err
	}
	w, own, err := p.Store.Wording(c.UserContext(), h, kind, channel, language)
	if err != nil {
		return err
	}
	return p.showWording(c, h, w, own, nil)
}

func (p *Portal) showWording(c *fiber.Ctx, h *store.Holder, w views.Wording, own bool, problems views.Problems) error {
	kind, channel, language, err := wordingOf(c)
	if err != nil {
		return err
	}
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	status := fiber.StatusOK
	if problems != nil {
		status = fiber.StatusUnprocessableEntity
	}
	return p.page(c, status, views.WordingForm{
		StaffPage: base, Heading: kindWords[kind], Lead: "By " + channelWords[channel] + ", in " + languageWords[language] + ".",
		Action: wordingPath(kind, channel, language), Email: channel == practice.Email, Wording: w, Own: own,
		Allowed: views.AllowedIn(kind), Preview: w.Preview(kind, channel, base.PracticeName), Back: messagesPath,
	})
}

func (p *Portal) staffSaveWording(c *fiber.Ctx, h *store.Holder) error {
	kind, channel, language, err := wordingOf(c)
	if err != nil {
		return err
	}
	in, err := form(c)
	if err != nil {
		return err
	}
	w := views.Wording{Subject: strings.TrimSpace(in.Get("subject")), Body: strings.TrimSpace(strings.ReplaceAll(in.Get("body"), "\r\n", "\n"))}
	if channel != practice.Email {
		w.Subject = ""
	}
	if in.Get("go") == "reset" {
		w = views.Wording{}
	} else {
		var problems views.Problems
		for _, text := range w.Lint(kind, channel) {
			problems = append(problems, views.Problem{Control: "body", Text: text})
		}
		if problems != nil || in.Get("go") == "preview" {
			_, own, err := p.Store.Wording(c.UserContext(), h, kind, channel, language)
			if err != nil {
				return err
			}
			return p.showWording(c, h, w, own, problems)
		}
	}
	if err := p.Store.SaveWording(c.UserContext(), h, kind, channel, language, w); err != nil {
		return err
	}
	return see(c, messagesPath+"?done=saved")
}

// staffRetry sends a message again that was given up.
func (p *Portal) staffRetry(c *fiber.Ctx, h *store.Holder) error {
	d, err := p.documentOf(c, h)
	if err != nil {
		return err
	}
	message, err := pathID(c, "message")
	if err != nil {
		return err
	}
	if err := p.Store.Retry(c.UserContext(), h, d.ID, message); err != nil {
		return err
	}
	return see(c, documentHref(d.ID)+"?done=retried")
}

// staffReadOut shows the code that a message carries, to be read out.
func (p *Portal) staffReadOut(c *fiber.Ctx, h *store.Holder) error {
	d, err := p.documentOf(c, h)
	if err != nil {
		return err
	}
	code, err := p.Store.PendingCode(c.UserContext(), h, d.ID)
	if err != nil {
		return err
	}
	page, err := p.documentPage(c, h, d)
	if err != nil {
		return err
	}
	page.Issued = &views.Issued{Code: code}
	return p.page(c, fiber.StatusOK, page)
}
