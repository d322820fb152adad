package portal

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/access"
	"github.com/sealform/sealform/internal/fault"
)

// messageRoutes are about messages: the pages behind them, the practice's
// settings, and what channels post. A channel's hooks exist when it does.
func (p *Portal) messageRoutes() []route {
	const doc, settings = "/staff/documents/:id", "/staff/settings/messages"
	send, manage := staff(access.SendDocuments), staff(access.ManagePractice)
	rows := []route{
		{"GET", "/m/:message", anyone, 0, p.messageForm},
		{"POST", "/m/:message", anyone, smallBody, p.answerMessage},
		{"GET", "/d/:token/messages", client, 0, p.linked(showSubscriptions)},
		{"POST", "/d/:token/messages", client, smallBody, p.linked(unsubscribe)},
		{"POST", doc + "/messages/:message/retry", send, smallBody, p.forStaff(p.staffRetry)},
		{"POST", doc + "/code", send, smallBody, p.forStaff(p.staffReadOut)},
		{"GET", settings, manage, 0, p.forStaff(p.staffMessages)},
		{"POST", settings, manage, smallBody, p.forStaff(p.staffSavePlan)},
		{"GET", settings + "/:kind/:channel/:language", manage, 0, p.forStaff(p.staffWording)},
		{"POST", settings + "/:kind/:channel/:language", manage, smallBody, p.forStaff(p.staffSaveWording)},
	}
	if p.Twilio != nil {
		rows = append(rows, route{"POST", "/hooks/twilio", anyone, smallBody, p.twilioReply})
	}
	if p.Gateway != nil {
		rows = append(rows, route{"POST", "/hooks/gateway", anyone, smallBody, p.gatewayReply}, route{"POST", "/hooks/mail", anyone, smallBody, p.mailReceipt})
	}
	if p.Twilio != nil || p.Gateway != nil {
		rows = append(rows, route{"POST", "/hooks/receipt/:message", anyone, smallBody, p.receipt})
	}
	return rows
}

// Where the two sign what they post.
const (
	twilioSignature  = "X-Twilio-Signature"
	gatewaySignature = "X-Sealform-Signature"
)

var errUnsigned = fault.New(fault.Forbidden, "This is not signed by the message service.")

// twilioForm reads a form that Twilio signed.
func (p *Portal) twilioForm(c *fiber.Ctx) (url.Values, error) {
	in, err := form(c)
	if err != nil {
		return nil, err
	}
	if !p.Twilio.Genuine(p.site(c)+c.OriginalURL(), in, c.Get(twilioSignature)) {
		return nil, errUnsigned
	}
	return in, nil
}

// gatewayJSON reads a body that the gateway signed.
func (p *Portal) gatewayJSON(c *fiber.Ctx, into any) error {
	b, err := body(c)
	if err != nil {
		return err
	}
	if !p.Gateway.Genuine(c.Get("X-Sealform-Timestamp"), c.Get(gatewaySignature), b) {
		return errUnsigned
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fault.New(fault.Invalid, "This is not the JSON that was agreed on.")
	}
	return nil
}

// Words that stop messages, as 47 CFR 64.1200(a)(10) lists them with their like
// in our other languages, and words that start them. A word counts alone.
var (
	stopWords  = []string{"stop", "stopall", "quit", "end", "revoke", "optout", "cancel", "unsubscribe", "arret", "arrêt", "arreter", "arrêter", "parar", "alto", "baja"}
	startWords = []string{"start", "yes", "y", "unstop", "oui", "si", "sí", "ok"}
)

func wordOf(text string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", ".", "", "!", "", "\"", "", "'", "").Replace(strings.TrimSpace(text)))
}

// twilioReply takes a text message from a client. The answer confirms a stop
// once; where Twilio does so itself, it drops ours.
func (p *Portal) twilioReply(c *fiber.Ctx) error {
	in, err := p.twilioForm(c)
	if err != nil {
		return err
	}
	var text string
	err = p.Store.Once(c.UserContext(), c.Get(twilioSignature), func() (err error) {
		text, err = p.reply(c, in.Get("From"), in.Get("Body"), false)
		return err
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/xml; charset=utf-8")
	if text == "" {
		return c.SendString("<Response/>")
	}
	var answer strings.Builder
	answer.WriteString("<Response><Message>")
	if err := xml.EscapeText(&answer, []byte(text)); err != nil {
		return err
	}
	answer.WriteString("</Message></Response>")
	return c.SendString(answer.String())
}

func (p *Portal) gatewayReply(c *fiber.Ctx) error {
	var in struct {
		From string `json:"from"`
		Text string `json:"text"`
	}
	if err := p.gatewayJSON(c, &in); err != nil {
		return err
	}
	err := p.Store.Once(c.UserContext(), c.Get(gatewaySignature), func() error {
		_, err := p.reply(c, in.From, in.Text, true)
		return err
	})
	if err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// reply does what a client's text message asks for; other words are for nobody.
// It returns what confirms a stop, and with queue sends it too.
func (p *Portal) reply(c *fiber.Ctx, from, text string, queue bool) (confirmation string, err error) {
	switch word := wordOf(text); {
	case slices.Contains(stopWords, word):
		return p.Store.StopNumber(c.UserContext(), from, queue)
	case slices.Contains(startWords, word):
		return "", p.Store.StartNumber(c.UserContext(), from)
	}
	return "", nil
}

// receipt takes the report of a channel on a message that it took.
func (p *Portal) receipt(c *fiber.Ctx) error {
	r, err := p.report(c)
	if err != nil {
		return err
	}
	return p.settle(c, r, func(arrived bool) error {
		return p.Store.Receipt(c.UserContext(), c.Params("message"), r.ID, arrived)
	})
}

// mailReceipt takes a mail provider's report, passed on by a program of the
// operator's that signs as the gateway does.
func (p *Portal) mailReceipt(c *fiber.Ctx) error {
	r, err := p.report(c)
	if err != nil {
		return err
	}
	return p.settle(c, r, func(arrived bool) error { return p.Store.MailReceipt(c.UserContext(), r.ID, arrived) })
}

// settle records whether a message arrived or came back. Reports that say
// neither change nothing.
func (p *Portal) settle(c *fiber.Ctx, r report, record func(arrived bool) error) error {
	arrived := false
	switch r.Status {
	case "delivered", "completed", "read":
		arrived = true
	case "undelivered", "failed", "busy", "no-answer", "canceled", "bounced":
	default:
		return c.SendStatus(fiber.StatusNoContent)
	}
	if err := p.Store.Once(c.UserContext(), r.signature, func() error { return record(arrived) }); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// A report is what a channel says of a message. Twilio's signature covers the
// address, and so the message; a gateway's covers the id in its body.
type report struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	signature string
}

func (p *Portal) report(c *fiber.Ctx) (r report, err error) {
	if p.Gateway != nil {
		r.signature = c.Get(gatewaySignature)
		if err := p.gatewayJSON(c, &r); err != nil {
			return r, err
		}
		if r.ID == "" {
			err = fault.New(fault.Invalid, "This report names no message: it needs its id.")
		}
		return r, err
	}
	in, err := p.twilioForm(c)
	r.signature, r.Status = c.Get(twilioSignature), in.Get("MessageStatus")
	if call := in.Get("CallStatus"); call != "" {
		r.Status = call
	}
	return r, err
}
