// Package config owns the settings of an installation: their names, defaults
// and checks, and the server key file. It reports every mistake at once, and it
// never prints a secret. Only cmd imports it.
//
// Each setting is a flag (--base-url) and an environment variable of the same
// name (SEALFORM_BASE_URL). A flag wins over the environment.
package config

import (
	"reflect"
	"strings"
)

// Prefix starts the name of every environment variable of ours.
const Prefix = "SEALFORM_"

// Database says where practice data and its keys are. Every field is as typed:
// Check turns it into settings.
type Database struct {
	DatabaseURL      string `help:"PostgreSQL as postgres://…, or the path of an SQLite file. Empty: sealform.db in the data folder."`
	DatabaseURLFile  string `name:"database-url-file" help:"A file that holds the database URL, so that its password stays out of the environment."`
	Data             string `default:"sealform-data" help:"Folder for the SQLite database, the key file and certificates."`
	KeyFile          string `help:"The server key, readable by its owner alone. Empty: server.key in the data folder."`
	StorageCountry   string `help:"Country the data is stored in, as two letters. Empty: each practice's own."`
	OperatorName     string `default:"the operator of this service" help:"Who runs the installation, as consent texts and certificates name it."`
	Fonts            string `help:"Folder of more fonts (TTF, OTF) for PDFs in scripts that the built-in ones lack."`
	TSAURL           string `name:"tsa-url" help:"RFC 3161 timestamp authority, asked once for each sealed PDF. It learns a digest and nothing else."`
	SealCert         string `help:"Certificates to seal PDFs with, instead of the installation's own: PEM, the signing one first and the root last, or a PKCS #12 file."`
	SealKey          string `help:"Private key file of the signing certificate (PEM, ECDSA P-256 or RSA). Empty with PKCS #12."`
	SealPassword     string `help:"Password of the PKCS #12 file."`
	SealPasswordFile string `name:"seal-password-file" help:"A file that holds the password of the PKCS #12 file."`
	LogLevel         string `default:"info" help:"debug, info, warn or error."`
}

// Server says how the service is reached.
type Server struct {
	Database       `embed:""`
	Addr           string `default:"127.0.0.1:8080" help:"Address to listen on. Anything but loopback needs TLS or a trusted proxy."`
	BaseURL        string `help:"What links start with, such as https://forms.example.org. Needed unless the address is loopback or ACME is on."`
	RedisURL       string `help:"Redis, for limits that several instances share. Empty: limits in memory."`
	RedisURLFile   string `name:"redis-url-file" help:"A file that holds the Redis URL."`
	TLSCert        string `name:"tls-cert" help:"Certificate file (PEM, leaf first)."`
	TLSKey         string `name:"tls-key" help:"Private key file of the certificate (PEM)."`
	ACMEHost       string `name:"acme-host" help:"Host name to get a certificate for from Let's Encrypt. It must reach this service on port 443."`
	ACMEEmail      string `name:"acme-email" help:"Address that Let's Encrypt writes to about the certificate."`
	MetricsAddr    string `help:"Loopback or private address for Prometheus metrics at /metrics, such as 127.0.0.1:9090. Empty: none."`
	TrustedProxies string `help:"Addresses or networks of the proxies in front, with commas between. Only they may say who the client is."`
	Messages       `embed:""`
}

// Messages says how messages reach clients. Each way starts with one setting;
// without any, staff hand over link and code themselves.
type Messages struct {
	SMTPURL              string `name:"smtp-url" help:"Mail server as smtp://name:password@host:587. TLS is required; ?tls=opportunistic lets a server without TLS have messages in the clear."`
	SMTPURLFile          string `name:"smtp-url-file" help:"A file that holds the mail server's URL."`
	MailFrom             string `help:"Address that e-mail comes from. Empty: the name in SMTP_URL, if it is an address."`
	TwilioAccount        string `help:"Twilio account (AC…), for text messages and calls. Needs its token and a sender."`
	TwilioToken          string `help:"The account's auth token."`
	TwilioTokenFile      string `help:"A file that holds the auth token."`
	TwilioFrom           string `help:"Twilio number to send and call from, such as +15035550100, or a messaging service (MG…), which cannot call."`
	SMSGatewayURL        string `name:"sms-gateway-url" help:"Gateway of your own for text messages and calls, in place of Twilio: it takes signed JSON."`
	SMSGatewaySecret     string `name:"sms-gateway-secret" help:"Secret shared with the gateway, 16 characters or more."`
	SMSGatewaySecretFile string `name:"sms-gateway-secret-file" help:"A file that holds the shared secret."`
}

// A Setting is one line of the settings table.
type Setting struct {
	Name    string // of the environment variable
	Default string
	Help    string
}

// Settings lists every setting in the order of the README.
func Settings() []Setting {
	return settingsOf(reflect.TypeFor[Server]())
}

func settingsOf(t reflect.Type) []Setting {
	var all []Setting
	for field := range t.Fields() {
		if field.Anonymous {
			all = append(all, settingsOf(field.Type)...)
			continue
		}
		all = append(all, Setting{variable(field), field.Tag.Get("default"), field.Tag.Get("help")})
	}
	return all
}

// variable returns the environment variable of a field, from the name its flag
// has: the tag's, or the field's in kebab case.
func variable(field reflect.StructField) string {
	if name := field.Tag.Get("name"); name != "" {
		return Variable(name)
	}
	var words strings.Builder
	for i, r := range field.Name {
		upper := r >= 'A' && r <= 'Z'
		if startsWord := upper && i > 0 && field.Name[i-1] >= 'a' && field.Name[i-1] <= 'z'; startsWord {
			words.WriteByte('-')
		}
		words.WriteRune(r)
	}
	return Variable(words.String())
}

// Variable returns the environment variable of a flag.
func Variable(flag string) string {
	return Prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}
