package portal

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

const settings = "/staff/settings"

// sections are the settings pages that the member may open.
func sections(h *store.Holder, path string) views.Section {
	var s views.Section
	for _, l := range []struct {
		text, href string
		needs      access.Permission
	}{
		{"Practice", settings, ""},
		{"Messages", messagesPath, access.ManagePractice},
		{"API keys", settings + "/keys", access.ManageKeys},
		{"Recovery kit", "/staff/kit", access.ManageKeys},
		{"Practice key", practiceKey, access.ManageKeys},
	} {
		if l.needs == "" || h.May(l.needs) {
			s.Sections = append(s.Sections, views.Link{Text: l.text, Href: l.href, Current: path == l.href})
		}
	}
	if len(s.Sections) == 1 {
		return views.Section{}
	}
	return s
}

func (p *Portal) staffSettings(c *fiber.Ctx, h *store.Holder) error {
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	return p.showSettings(c, h, *about, nil)
}

// staffSaveSettings changes the practice, and shows what was typed again when
// something in it cannot be meant.
func (p *Portal) staffSaveSettings(c *fiber.Ctx, h *store.Holder) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	about, err := p.Store.Practice(c.UserContext(), h.Practice)
	if err != nil {
		return err
	}
	typed := *about
	typed.Name, typed.Phone, typed.Email, typed.Website, typed.Address = in.Get("name"), in.Get("phone"), in.Get("email"), in.Get("website"), in.Get("address")
	typed.PrivacyContact, typed.EffectiveDate = in.Get("privacy_contact"), in.Get("effective_date")
	if dates := practice.Dates(typed.EffectiveDate); len(dates) == 1 {
		typed.EffectiveDate = dates[0]
	}
	typed.Country, typed.Zone, typed.RecordsCountry = in.Get("country"), in.Get("zone"), in.Get("records_country")
	typed.TOTPRequired = in.Get("totp_required") == "yes"
	typed.ExpiryDays, typed.CopyDays = days(in.Get("expires_in_days")), days(in.Get("copy_days"))
	if typed.Colour = ""; in.Get("look") == "own" {
		typed.Colour = in.Get("colour")
	}
	err = p.Store.UpdatePractice(c.UserContext(), h, typed)
	if errors.Is(err, fault.Invalid) && fault.CodeOf(err) != "" {
		return p.showSettings(c, h, typed, views.Problems{{Control: fault.CodeOf(err), Text: fault.Sentence(err)}})
	}
	if err != nil {
		return err
	}
	return see(c, settings+"?done=saved")
}

// days reads a number of days; -1, which no setting takes, when it is none.
func days(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

func (p *Portal) showSettings(c *fiber.Ctx, h *store.Holder, about practice.Practice, problems views.Problems) error {
	base, err := p.staffPage(c, h)
	if err != nil {
		return err
	}
	base.Problems = problems
	page := views.Settings{StaffPage: base, Section: sections(h, settings), Practice: practiceView(&about), Facts: practiceFacts(&about)}
	if h.May(access.ManagePractice) {
		p.fillSettings(&page, &about)
	}
	status := fiber.StatusOK
	if len(problems) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return p.page(c, status, page)
}

func (p *Portal) fillSettings(page *views.Settings, about *practice.Practice) {
	page.Save, page.SaveLogo = settings, settings+"/logo"
	page.Website, page.PrivacyContact, page.EffectiveDate = about.Website, about.PrivacyContact, placeOf(about).isoDay(about.EffectiveDate)
	page.Since = placeOf(about).isoDay("2026-01-31")
	page.Country, page.Countries, page.Records = about.Country, countries(), about.RecordsCountry
	page.Zone, page.Zones = about.Zone, zones
	page.StoredIn = practice.CountryName(p.Store.StorageCountry(about))
	page.Days, page.CopyDays, page.TOTPRequired = typedDays(about.ExpiryDays), typedDays(about.CopyDays), about.TOTPRequired
	page.Colour = ownColour
	if about.Colour != "" {
		page.Look, page.Colour = "own", about.Colour
	}
	if about.Logo != "" {
		page.DropLogo = settings + "/logo/remove"
	}
}

// ownColour is what the colour field begins with: the style sheet's brand.
const ownColour = "#0a5c62"

func typedDays(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func practiceFacts(about *practice.Practice) []views.Fact {
	return []views.Fact{
		{Label: "Name", Value: about.Name},
		{Label: "Phone", Value: about.Phone},
		{Label: "Email address", Value: about.Email},
		{Label: "Address", Value: about.Address},
		{Label: "Website", Value: about.Website},
		{Label: "Country", Value: practice.CountryName(about.Country)},
		{Label: "Time zone", Value: about.Zone},
		{Label: "Days a link works", Value: strconv.Itoa(about.ExpiryDays)},
		{Label: "Days a client can fetch the signed copy", Value: strconv.Itoa(about.CopyDays)},
	}
}

// countries are all there are, by name.
func countries() []views.Option {
	options := make([]views.Option, 0, 250)
	for _, code := range practice.Countries() {
		options = append(options, views.Option{Value: code, Text: practice.CountryName(code)})
	}
	slices.SortFunc(options, func(a, b views.Option) int { return strings.Compare(a.Text, b.Text) })
	return options
}

// zones are offered while a time zone is typed; any other that exists is taken.
var zones = []string{
	"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
	"America/Toronto", "America/Winnipeg", "America/Edmonton", "America/Vancouver", "America/Halifax", "America/St_Johns",
	"Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane", "Australia/Adelaide", "Australia/Darwin", "Australia/Perth", "Australia/Hobart",
	"Pacific/Auckland", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Madrid", "Europe/Paris", "Europe/Brussels", "Europe/Amsterdam",
	"Europe/Berlin", "Europe/Zurich", "Europe/Vienna", "Europe/Rome", "Europe/Copenhagen", "Europe/Oslo", "Europe/Stockholm", "Europe/Helsinki",
	"Europe/Warsaw", "Europe/Prague", "Europe/Athens", "Asia/Jerusalem", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Hong_Kong",
	"Asia/Tokyo", "Africa/Johannesburg", "America/Mexico_City", "America/Sao_Paulo",
}
