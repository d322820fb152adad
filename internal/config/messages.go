package config

import (
	"errors"
	netmail "net/mail"
	"net/url"
)

// Outgoing is how messages reach clients, checked. Whoever opens the channels
// checks addresses and keys further.
type Outgoing struct {
	SMTPURL          Secret // "" for no e-mail
	MailFrom         string // set when SMTPURL is
	TwilioAccount    string // "" for no Twilio
	TwilioToken      Secret
	TwilioFrom       string
	SMSGatewayURL    string // "" for no gateway
	SMSGatewaySecret Secret
}

// Check returns the checked settings, or every mistake at once.
func (c Messages) Check() (*Outgoing, error) {
	var m mistakes
	out := c.check(&m)
	return out, errors.Join(m...)
}

func (c Messages) check(m *mistakes) *Outgoing {
	out := &Outgoing{
		SMTPURL:  secret(m, "SMTP_URL", c.SMTPURL, c.SMTPURLFile),
		MailFrom: c.MailFrom, TwilioAccount: c.TwilioAccount, TwilioFrom: c.TwilioFrom, SMSGatewayURL: c.SMSGatewayURL,
		TwilioToken:      secret(m, "TWILIO_TOKEN", c.TwilioToken, c.TwilioTokenFile),
		SMSGatewaySecret: secret(m, "SMS_GATEWAY_SECRET", c.SMSGatewaySecret, c.SMSGatewaySecretFile),
	}
	out.checkMail(m)
	if (out.TwilioAccount == "") != (out.TwilioToken == "") || (out.TwilioAccount == "") != (out.TwilioFrom == "") {
		m.add(Prefix+"TWILIO_ACCOUNT", "goes together with %[1]sTWILIO_TOKEN and %[1]sTWILIO_FROM", Prefix)
	}
	if (out.SMSGatewayURL == "") != (out.SMSGatewaySecret == "") {
		m.add(Prefix+"SMS_GATEWAY_URL", "goes together with %sSMS_GATEWAY_SECRET", Prefix)
	}
	if out.SMSGatewayURL != "" && out.TwilioAccount != "" {
		m.add(Prefix+"SMS_GATEWAY_URL", "cannot go with Twilio; choose one")
	}
	return out
}

func (out *Outgoing) checkMail(m *mistakes) {
	if out.SMTPURL == "" {
		return
	}
	u, err := url.Parse(string(out.SMTPURL))
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		m.add(Prefix+"SMTP_URL", "has to be smtp://name:password@host:587, or smtps://…:465")
		return
	}
	if out.MailFrom == "" {
		out.MailFrom = u.User.Username()
	}
	if _, err := netmail.ParseAddress(out.MailFrom); err != nil {
		m.add(Prefix+"MAIL_FROM", "is needed: an address such as forms@example.org, or \"Forms <forms@example.org>\"")
	}
}
