package views

import (
	"slices"

	"github.com/sealform/sealform/forms"
)

// A Practice is what a page says about who asks. A zero Practice is a page that
// must not tell, such as Dead.
type Practice struct {
	Name, Phone, Email, Address string
	Theme                       string // style sheet of the practice's own colour; "" for ours
	Logo                        string // picture; "" for none
}

// ClientPage is what all pages of a client share.
type ClientPage struct {
	Title        string // of the window; "" takes the page's own. Never a template's title before the code was given
	Language     string // BCP 47; "" is English
	Practice     Practice
	HelpLine     string // replaces "Questions? Call …" at the foot
	MessagesPage string // GET: where messages can be stopped; "" before the code was given
	Choose       *LanguageChoice
	Crisis       *Crisis // shown on top while an answer raises an alert
	Problems     Problems
}

// A LanguageChoice lets the reader choose another language. It posts the fields
// language and To.
type LanguageChoice struct {
	Action string
	To     string   // the page to come back to
	Others []string // languages, each with a button
}

// Name is a language in its own words.
func (LanguageChoice) Name(language string) string { return languageName(language) }

// Lang returns the page's language.
func (p ClientPage) Lang() string {
	if p.Language == "" {
		return "en"
	}
	return p.Language
}

func (p ClientPage) ownTitle() string { return p.Title }

// Say says a sentence in the page's language.
func (p ClientPage) Say(sentence string, blanks ...any) string {
	return Words(p.Language).Say(sentence, blanks...)
}

// Word is a text in the page's language, or as it is.
func (p ClientPage) Word(text string) string { return Words(p.Language).Word(text) }

// Whose is the practice's name, or what to call it at the start of a sentence.
func (p ClientPage) Whose() string {
	if p.Practice.Name == "" {
		return p.Say("The practice")
	}
	return p.Practice.Name
}

// A Denial tells an unlock page why the code before did not open the form.
type Denial string

// The denials. A malformed code cost no attempt.
const (
	Wrong     Denial = "wrong"
	Malformed Denial = "malformed"
	Locked    Denial = "locked"
	Busy      Denial = "busy" // too many tries from this network just now
)

// Unlock asks for the code. Its words are neutral ("a form"): a template's
// title can be health information.
type Unlock struct {
	ClientPage
	Until  string // last day the link works, in words
	Action string // POST, fields code and Kept
	Denial Denial
	Left   int      // tries left; said only from 3 down
	Kept   []Hidden // what someone had typed when their session ran out
	NoCode NoCode
}

// NoCode is the form "I have no code" below the unlock form. It posts the field
// why: "not-received", "lost" or "not-working".
type NoCode struct {
	Action  string
	Problem string // of the choice
	Open    bool
}

// Dead answers for every link that does not work, whatever the reason, so that
// the page tells a stranger nothing.
type Dead struct {
	ClientPage
	Action string // POST, no fields
}

// AskedForLink follows the form of Dead, always.
type AskedForLink struct{ ClientPage }

// NoCodeSent follows "I have no code".
type NoCodeSent struct {
	ClientPage
	Back string // the unlock page
}

// Elsewhere says that the draft was begun in another browser.
type Elsewhere struct {
	ClientPage
	Messages []string // which messages hold a working link: "the email of 3 May, 10:15"
	Action   string   // POST: start afresh
}

// Overview lists the documents of a packet.
type Overview struct {
	ClientPage
	Heading   string
	Documents []PacketDocument
	Next      string // GET: the first one to do; "" when all are done
}

// A PacketDocument is one line of an Overview.
type PacketDocument struct {
	Title    string
	Language string // of the title, where it is another than the page's
	State    string // in words: "Done", "Started", "Not started", "Opens after the first one"
	Done     bool
	Href     string // "" when it cannot be opened yet
	Minutes  int
}

// Review shows all answers before signing.
type Review struct {
	ClientPage
	Action   string // POST, field _rev; also _back when the button Back is pressed
	Revision int64
	Heading  string // the template's title
	Pages    []ReviewPage
	Dropped  []string // labels of answers that no longer apply and will not be sent
	Changed  bool     // shown again since answers changed on another device
	Ready    bool     // nothing is missing
}

// A ReviewPage is one page's answers, with where to change them. Its own Href is
// shown when no line has one.
type ReviewPage struct {
	Title, Href string
	Lines       []ReviewLine
}

// LineByLine reports whether lines say themselves where to change them.
func (p ReviewPage) LineByLine() bool {
	return slices.ContainsFunc(p.Lines, func(l ReviewLine) bool { return l.Href != "" })
}

// A ReviewLine is one answer. A line that is Entry.Static is a heading or a
// note; notes are left out by the view.
type ReviewLine struct {
	forms.Entry
	Href    string // to the control on its page
	Missing bool
	Changed bool // since this client last reviewed
}

// Sign asks for the signature. Fields posted: name, signer ("self", "parent",
// "representative"), relationship, authority, agree ("yes"), strokes (JSON: one
// array of [x, y] per stroke in a box of 1000 by 300; empty when typed), witness
// and witness_strokes, and _rev.
type Sign struct {
	ClientPage
	Action         string
	Revision       int64
	Heading        string // the template's title
	Statement      string // what is signed, word for word
	Acknowledge    bool   // an acknowledgement of receipt, not an agreement
	Name           string
	Witnessed      bool // a witness signs as well, field witness
	Witness        string
	WitnessStrokes string
	Self           bool // whether "self" is offered
	Others         bool // whether parent and representative are offered
	Signer         string
	Relationship   string
	Authority      string
	Agree          bool
	Strokes        string
	Notice         SigningNotice
	Decline        string // GET; "" when there is nothing to decline
	ClientName     string // whom the document is about, when the signer is somebody else
	SubmittingName string // text of the button; "" is "Sign and send"
}

// Decline asks for a reason, which may be left out. Field posted: reason.
type Decline struct {
	ClientPage
	Action string
	Back   string // GET
	Reason string
}

// Done is the receipt.
type Done struct {
	ClientPage
	Heading   string // "" is "Sent"
	Reference string
	When      string // date and time in the practice's zone, with its name
	Next      []string
	Copy      string // path of the signed copy, ending in .pdf; "" when there is none
	Until     string // last day of the copy, in words; "" while this session lasts
	Files     []Link // what the client sent with it
	Forward   string // GET: the packet's next document; "" when this was the last
}

// Declined follows Decline.
type Declined struct{ ClientPage }

// Message is every page that says one thing: errors, refusals, apologies.
type Message struct {
	ClientPage
	Heading  string
	Sentence string
	Advice   string // what the reader can do
	Request  string // id to read out to the operator
	Resend   *Resend
	Forward  *Link
}

// Resend is a form that posts again what was typed, after a failure of ours.
type Resend struct {
	Action, Button string
	Fields         []Hidden
}

// Changed says which answers another device changed since the page was shown.
type Changed struct {
	ClientPage
	Labels  []string
	Forward string // GET: the page with the merged answers
}

func (Unlock) View() string       { return "client/unlock" }
func (Dead) View() string         { return "client/dead" }
func (AskedForLink) View() string { return "client/asked" }
func (NoCodeSent) View() string   { return "client/nocode" }
func (Elsewhere) View() string    { return "client/elsewhere" }
func (Overview) View() string     { return "client/overview" }
func (Review) View() string       { return "client/review" }
func (Sign) View() string         { return "client/sign" }
func (Decline) View() string      { return "client/decline" }
func (Done) View() string         { return "client/done" }
func (Declined) View() string     { return "client/declined" }
func (Message) View() string      { return "client/message" }
func (Changed) View() string      { return "client/changed" }
