package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/outbox"
	"github.com/sealform/sealform/internal/practice"
)

// ways are how messages leave an installation.
type ways struct {
	base     string // what links in messages begin with
	channels outbox.Channels
	smtp     *outbox.SMTP
	twilio   *outbox.Twilio
	gateway  *outbox.Gateway
}

// openWays opens the channels that are set up. It reaches for no server yet.
func (p *program) openWays(base string, out *config.Outgoing) (w ways, err error) {
	w = ways{base: base, channels: outbox.Channels{}}
	if out.SMTPURL != "" {
		if w.smtp, err = outbox.NewSMTP(string(out.SMTPURL), out.MailFrom, nil); err != nil {
			return w, fmt.Errorf("%sSMTP_URL %w", config.Prefix, err)
		}
		w.channels[practice.Email] = w.smtp
	}
	if out.TwilioAccount != "" {
		if w.twilio, err = outbox.NewTwilio(out.TwilioAccount, string(out.TwilioToken), out.TwilioFrom); err != nil {
			return w, fmt.Errorf("%sTWILIO_ACCOUNT: %w", config.Prefix, err)
		}
		w.channels[practice.SMS] = w.twilio
		if w.twilio.Calls() {
			w.channels[practice.Voice] = w.twilio
		}
	}
	if out.SMSGatewayURL != "" {
		if w.gateway, err = outbox.NewGateway(out.SMSGatewayURL, string(out.SMSGatewaySecret), p.now); err != nil {
			return w, fmt.Errorf("%sSMS_GATEWAY_URL %w", config.Prefix, err)
		}
		w.channels[practice.SMS], w.channels[practice.Voice] = w.gateway, w.gateway
	}
	return w, nil
}

// reports says whether the channels to phones can reach us, to report what
// became of messages: Twilio calls no address of this machine alone.
func (w ways) reports() bool {
	return w.gateway != nil || w.twilio != nil && strings.HasPrefix(w.base, "https://")
}

// send sends what is queued until ctx ends.
func (in *installation) send(ctx context.Context, p *program) {
	if len(in.ways.channels) == 0 {
		return
	}
	worker := &outbox.Worker{DB: in.db, Writer: in.store.Writer(), Channels: in.ways.channels, Now: p.now, Log: in.log}
	worker.Run(ctx)
	if in.ways.smtp != nil {
		in.ways.smtp.Close()
	}
}

var errNothingToTry = errors.New("no channel is set up for this address: set SEALFORM_SMTP_URL for e-mail, or SEALFORM_TWILIO_… or SEALFORM_SMS_GATEWAY_… for a phone number such as +15035550142")
