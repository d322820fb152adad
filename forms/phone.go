package forms

import "github.com/nyaruka/phonenumbers"

// E164 returns a phone number as it is dialled from anywhere, such as
// "+15035550142", read as people in the country (ISO 3166-1 alpha-2) write
// it. It reports false for what cannot be a number.
func E164(typed, country string) (string, bool) {
	n, err := phonenumbers.Parse(westernDigits(typed), country)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// EmailShaped reports whether a text can be an e-mail address.
func EmailShaped(typed string) bool { return emailShaped(typed) }
