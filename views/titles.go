package views

// titles are the windows' titles of pages that were given none.
var titles = map[string]string{
	"client/unlock":    "Open your form",
	"client/dead":      "This link does not work",
	"client/asked":     "Your request",
	"client/nocode":    "Your request",
	"client/elsewhere": "Started in another browser",
	"client/overview":  "Your documents",
	"client/review":    "Check your answers",
	"client/sign":      "Sign",
	"client/decline":   "Decline",
	"client/done":      "Sent",
	"client/declined":  "Declined",
	"client/message":   "Message",
	"client/changed":   "Changed on another device",

	"client/message-choice": "Messages",
	"client/subscriptions":  "Messages",

	"staff/signin":           "Sign in",
	"staff/confirm":          "Is it still you?",
	"staff/again":            "Welcome back",
	"staff/home":             "Home",
	"staff/documents":        "Documents",
	"staff/document":         "Document",
	"staff/answers":          "Answers",
	"staff/new":              "New document",
	"staff/sent":             "Ready to hand over",
	"staff/clients":          "Clients",
	"staff/client":           "Client",
	"staff/clientform":       "Client",
	"staff/activity":         "Activity",
	"staff/settings":         "Settings",
	"staff/invitation":       "Choose a passphrase",
	"staff/kit":              "Recovery kit",
	"staff/waiting":          "Waiting for approval",
	"staff/outbox":           "Outbox",
	"staff/verify":           "Check a signed PDF",
	"staff/message":          "Message",
	"staff/templates":        "Templates",
	"staff/template":         "Template",
	"staff/template-edit":    "Edit a template",
	"staff/template-changes": "What changed",
	"staff/messages":         "Messages",
	"staff/wording":          "Words of a message",
}

// title returns the window's title of a page, without the practice's name.
func title(p Page) string {
	if own, ok := p.(interface{ ownTitle() string }); ok && own.ownTitle() != "" {
		return own.ownTitle()
	}
	return titles[p.View()]
}

// Pages returns the zero struct of every page. Tests walk it; New prints each.
func Pages() []Page {
	return []Page{
		Unlock{}, Dead{}, AskedForLink{}, NoCodeSent{}, Elsewhere{}, Overview{}, Review{}, Sign{},
		Decline{}, Done{}, Declined{}, Message{}, Changed{},
		SignIn{}, Home{}, Documents{}, Document{}, Answers{}, NewDocument{}, Sent{}, Clients{}, Client{}, ClientForm{}, ImportForm{}, Import{}, Notices{}, Refusal{}, Paper{}, Blank{},
		Activity{}, Settings{}, Invitation{}, Kit{}, Waiting{}, Outbox{}, Verify{}, StaffMessage{}, Confirm{}, Again{},
		Templates{}, Template{}, TemplateEditor{}, TemplateChanges{},
		Code{}, Account{}, SecondFactor{}, Passphrase{}, Keys{}, Team{}, MemberPage{}, Invited{}, Seers{}, AboutMessages{}, Subscriptions{}, MessageSettings{}, WordingForm{}, Rekey{}, ChainHead{},
	}
}
