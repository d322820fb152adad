package portal

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/views"
)

// messageForm is the page behind a message: how to stop messages, or to answer
// the question in it. Scanners fetch it, so it changes nothing.
func (p *Portal) messageForm(c *fiber.Ctx) error {
	a, err := p.Store.Addressee(c.UserContext(), c.Params("message"))
	if errors.Is(err, fault.NotFound) {
		return p.page(c, fiber.StatusNotFound, views.Message{Heading: "This address does not work", Sentence: "It may have been cut off on its way. Open the whole address from the message."})
	}
	if err != nil {
		return err
	}
	return p.page(c, fiber.StatusOK, p.aboutMessages(a))
}

func (p *Portal) aboutMessages(a *store.Addressee) views.AboutMessages {
	return views.AboutMessages{
		ClientPage: views.ClientPage{Practice: clientPractice(a.Practice), Language: a.Language},
		Asks:       a.Asks, Stopped: a.Stopped, Channel: channelWords[a.Channel], To: a.To,
	}
}

func clientPractice(about *practice.Practice) views.Practice {
	return views.Practice{Name: about.Name, Phone: about.Phone, Email: about.Email, Address: about.Address}
}

// answerMessage stops messages, or takes yes to the question. Mail services post
// here for somebody who pressed "unsubscribe" (RFC 8058): they see no page, so
// a message confirms it.
func (p *Portal) answerMessage(c *fiber.Ctx) error {
	in, err := form(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	a, err := p.Store.Addressee(ctx, c.Params("message"))
	if err != nil {
		return err
	}
	oneClick := in.Get("List-Unsubscribe") == "One-Click"
	switch {
	case oneClick || in.Get("answer") == "stop" || in.Get("answer") == "no":
		err = p.Store.Stop(ctx, a, "", store.HowUnsubscribe, oneClick)
	case in.Get("answer") == "stop-reminders":
		err = p.Store.Stop(ctx, a, practice.ForReminders, store.HowUnsubscribe, false)
	case in.Get("answer") == "yes" && (a.Asks || a.Stopped):
		err = p.Store.Agree(ctx, a)
	default: // a scanner that submits the empty form decides nothing
		return p.page(c, fiber.StatusUnprocessableEntity, p.aboutMessages(a))
	}
	if err != nil {
		return err
	}
	page := p.aboutMessages(a)
	page.Done = in.Get("answer")
	if oneClick {
		page.Done = "stop"
	}
	return p.page(c, fiber.StatusOK, page)
}

// showSubscriptions is the client's own page about the messages of a delivery.
func showSubscriptions(v *visit) error {
	list, err := v.p.Store.Subscriptions(v.c.UserContext(), v.Visit)
	if err != nil {
		return err
	}
	page := views.Subscriptions{ClientPage: v.client(), Action: v.link("messages"), Back: "/d/" + v.token}
	for _, s := range list {
		page.Addresses = append(page.Addresses, views.Subscription{Channel: string(s.Channel), Words: channelWords[s.Channel], To: s.To, Stopped: s.Stopped})
	}
	return v.page(fiber.StatusOK, page)
}

func unsubscribe(v *visit) error {
	in, err := form(v.c)
	if err != nil {
		return err
	}
	if channel := in.Get("channel"); channel != "" {
		if err := v.p.Store.Unsubscribe(v.c.UserContext(), v.Visit, practice.Channel(channel)); err != nil {
			return err
		}
	}
	return see(v.c, v.link("messages"))
}
