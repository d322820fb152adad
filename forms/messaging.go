package forms

import "strings"

// MessagingConsent tags, as an item's clause, a question about messages: its
// answer is copied out of the sealed submission, so that the practice's server
// knows whom it may write to, and the page says so. A channel and a purpose may
// follow, as in "messaging-consent.sms.reminders".
const MessagingConsent = "messaging-consent"

// AsksForMessages reports whether the item is tagged so.
func (it *Item) AsksForMessages() bool {
	return it.Clause == MessagingConsent || strings.HasPrefix(it.Clause, MessagingConsent+".")
}

// MessagingItems returns the tagged items, in order.
func (t *Template) MessagingItems() []*Item {
	var list []*Item
	for _, it := range t.order {
		if it.AsksForMessages() {
			list = append(list, it)
		}
	}
	return list
}
