package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

type mailCommand struct {
	Test mailTest `cmd:"" help:"Send a test message to an address, by e-mail, or by text message to a number that begins with +."`
}

type mailTest struct {
	config.Messages `embed:""`
	Address         string `arg:"" help:"E-mail address, or phone number such as +15035550142."`
}

// Run sends one message straight away: what is wrong with a setting shows here,
// and not in a queue.
func (c *mailTest) Run(p *program) error {
	out, err := c.Check()
	if err := errors.Join(config.Unknown(p.env), err); err != nil {
		return err
	}
	w, err := p.openWays("", out)
	if err != nil {
		return err
	}
	m := &outbox.Message{
		ID: uuid.New(), Try: 1, Channel: practice.Email, To: c.Address, Language: "en",
		Subject: "A test message", Body: "This is a test message of your Sealform installation. Messages reach you.\n",
	}
	if strings.HasPrefix(c.Address, "+") {
		m.Channel = practice.SMS
	}
	channel := w.channels[m.Channel]
	if channel == nil {
		return errNothingToTry
	}
	if err := channel.Send(p.ctx, m); err != nil {
		return fmt.Errorf("%s: %w", testAdvice(err), err)
	}
	_, err = fmt.Fprintf(p.stdout, "The server took a test message to %s. Look whether it arrives.\n", c.Address)
	return err
}

// testAdvice says what to look at.
func testAdvice(err error) string {
	f := &outbox.Failure{}
	errors.As(err, &f)
	switch f.Reason {
	case outbox.Unreachable:
		return "nobody answers at the server's address: check host and port"
	case outbox.Insecure:
		return "the connection cannot be encrypted, or the certificate is not good: check the port and the server's certificate"
	case outbox.SignIn:
		return "the server does not take name and password: check both"
	case outbox.BadAddress:
		return "the server does not know this address"
	case outbox.Refused:
		return "the server refuses the message: check the sender's address"
	case outbox.Full:
		return "the mailbox is full"
	default:
		return "the server did not take the message: try again"
	}
}
