package views

import "github.com/sealform/sealform/forms"

// StaffPage is what all staff pages share. A zero SignOut is a page for somebody
// who is not signed in: it has no navigation.
type StaffPage struct {
	Title        string // of the window; "" takes the page's own
	PracticeName string
	Member       string // who is signed in, by name
	Role         string
	Nav          []Link
	SignOut      string // POST
	Account      string // GET: the reader's own sign-in
	Flash        string // one sentence on what was just done
	DayLike      string // a date of birth as somebody of the practice may type it
	Problems     Problems
}

func (p StaffPage) ownTitle() string { return p.Title }

// Say is there for what staff pages share with the client's: staff read English.
func (p StaffPage) Say(sentence string) string { return sentence }

// SignIn asks for email and passphrase.
type SignIn struct {
	StaffPage
	Action string // POST: email, passphrase
	Email  string
	Next   string   // hidden field next
	Kept   []Hidden // what was being sent when the session had ended
}

// A Tone gives a state its colour; the words never depend on it.
type Tone string

// The tones.
const (
	Calm Tone = "calm" // nothing to do
	Wait Tone = "wait" // somebody else's turn
	Good Tone = "good" // done
	Warn Tone = "warn" // needs a look
	Stop Tone = "stop" // ended
)

// A DocumentRow is one line of a list of documents.
type DocumentRow struct {
	ID       string // when it can be chosen from a list
	Href     string
	Client   string
	Template string
	State    string // in words
	Tone     Tone
	When     string // in words: "today, 10:15"
	Reason   string // on the home page: why it needs you
	Act      *Link  // and the one thing to do about it
}

// Home is the first page after signing in.
type Home struct {
	StaffPage
	New     string        // GET: a new document; "" when not allowed
	Needs   []DocumentRow // needs you now
	Waiting []DocumentRow // waiting for the client
	Done    []DocumentRow // done this week
	Tasks   []Task        // set-up and keys
	Start   []Task        // first steps, while nothing was sent
}

// A Task is something about the practice itself that waits for this member.
type Task struct{ Text, Button, Href string }

// Documents is the list of documents.
type Documents struct {
	StaffPage
	Filters []Link
	Rows    []DocumentRow
	New     string
	Next    string // GET: the next page; "" at the end
}

// Document is one document with what happened and what can be done.
type Document struct {
	StaffPage
	Heading    string // the client's name
	Client     string // GET: the client's page
	Template   string
	State      string
	Tone       Tone
	Progress   []Mark
	Facts      []Fact
	Answers    string // GET; "" when there are none or they may not be read
	PDF        string // GET; likewise
	Issued     *Issued
	Slip       *Slip
	Timeline   []Event
	Reissue    string // POST, field what: code, link or both; "" hides the form
	Typed      bool   // the client has typed something, so it matters what a new link does to it
	Extend     string // POST, field days
	Revoke     string // POST, field confirm ("yes")
	Reopen     string // POST
	Again      string // GET: ask again with a new document
	File       string // POST, field filed ("yes" or "no")
	Filed      string // when, in words; "" while it is not
	Withdraw   string // POST, fields on, words: the client takes the consent back
	Withdrawal *Note
	On, Words  string     // as typed into the form of Withdraw
	Settle     string     // POST: the client's call was dealt with
	Confirm    bool       // ask to confirm revoking before anything else
	Reason     string     // why the client declined
	Locked     bool       // ten wrong codes
	CodeAsked  string     // when the client said they have no code, in words
	LinkAsked  string     // when the client asked for a new link
	Related    []Link     // superseding documents, the rest of the packet
	Messages   []Delivery // what was sent over which channel
	ShowCode   string     // POST: shows the code that a message carries
	Reach      []string   // what the client said about messages, and another way
}

// A Mark is one step of a document's way, with when it was reached.
type Mark struct {
	Text, When string
	Reached    bool
	Now        bool // the last one reached
}

// A Note is what staff wrote down beside a document.
type Note struct{ Text, Words, By string }

// An Event is one line of a timeline.
type Event struct {
	At     string // in words
	Text   string
	Detail string
	Tone   Tone
}

// A Delivery is one message of a document, without its content.
type Delivery struct {
	Kind, Channel, To, State string
	Tone                     Tone
	Retry                    string // POST; "" hides it
}

// Issued shows a link, a code or both, once.
type Issued struct {
	Link     string // absolute
	Code     string // eight digits; the view groups them
	LinkSent string // where the link went: "by email to an…@example.org"; "" when staff hand it over
	CodeSent string
	Expires  string
}

// Grouped returns the code as it is read out: "1234 5678".
func (i Issued) Grouped() string {
	if len(i.Code) != 8 {
		return i.Code
	}
	return i.Code[:4] + " " + i.Code[4:]
}

// Answers shows a submission.
type Answers struct {
	StaffPage
	Heading   string
	Template  string
	Facts     []Fact
	Differs   []string // where the form names its client otherwise than the record
	Client    string   // GET: the record
	Flags     []string // safety flags, in words
	Scores    []Score
	Pages     []AnswerPage
	Signature *SignatureFacts
	PDF       string
	Files     []Link // attachments
	Back      string
}

// A Score is one result of a measure.
type Score struct{ Label, Value, Band string }

// An AnswerPage is one page of a submission.
type AnswerPage struct {
	Title   string
	Entries []forms.Entry
	Seen    string // GET, the page as the client had it; "" prints no link
}

// SignatureFacts tell who signed, how and when.
type SignatureFacts struct {
	Facts   []Fact
	Strokes string // SVG path data of a drawn signature, in a box of 1000 by 300
	Witness string // the same of the witness's
}

// NewDocument asks who gets which templates. Fields posted: client (an id, or
// "new"), first_name, full_name, date_of_birth, email, phone, reference, template
// (one or several, in the order they are asked), recipient_first_name,
// recipient_relationship, recipient_email, recipient_phone, recipient_language,
// expires_in_days, deliver ("send" or "none") with the fields of Sending, again (the id of the document
// that the new one supersedes).
type NewDocument struct {
	StaffPage
	Action      string
	Choose      string // GET: choose a client the practice has
	ClientID    string // "new" or an id
	Client      string // the name of a chosen client
	ClientFacts []Fact
	FirstName   string
	FullName    string
	DateOfBirth string
	Email       string
	Phone       string
	Reference   string
	Templates   []TemplateOption
	Recipient   RecipientFields
	Languages   []Option
	Days        string
	Until       string // the day the default number of days ends, in words
	Deliver     string
	CanSend     bool // a channel is configured
	Sending     Sending
	Again       string
	AgainOf     string // title of the document that is asked again
}

// Sending is how messages carry link and code. Fields posted: consent (several,
// as "sms.reminders"), consent_how, ask_first, link_by, code_by.
type Sending struct {
	Stands             []string // what a chosen client said before
	Offers             []TemplateOption
	Agreed             bool // some offer is ticked
	How                string
	AskFirst           bool
	LinkBy, CodeBy     string
	LinkWays, CodeWays []Option
}

// RecipientFields are who receives a delivery when that is not the client.
type RecipientFields struct{ FirstName, Relationship, Email, Phone, Language string }

// Typed reports whether anything was entered.
func (r RecipientFields) Typed() bool { return r != RecipientFields{} }

// A TemplateOption is one template that can be sent.
type TemplateOption struct {
	Value, Title, Detail string
	Group                string // the heading it stands under; those of one stand together
	Chosen               bool
}

// Sent follows NewDocument.
type Sent struct {
	StaffPage
	Client    string
	Documents []string // titles of the delivery, in order
	Document  string   // GET
	Issued    Issued
	Slip      *Slip
	Another   string // GET
}

// A Slip is printed and handed to the client: the link, never the code.
type Slip struct {
	Practice Practice
	For      string // first name
	Link     string
	Until    string
}

// Activity is the log of a practice in plain words.
type Activity struct {
	StaffPage
	Rows     []ActivityRow
	Next     string
	Verified string // "The chain was checked today, 03:00: 1,204 entries, unbroken."
	Broken   string // what the last check found wrong
	Filter   string // GET: what, who, from, to
	What     string
	Whats    []Option
	Who      string
	People   []Option
	From, To string // ISO dates
	Export   string // GET: CSV
	Head     string // GET: the newest hash, to print
}

// ChainHead is the newest entry of the log, to print and keep.
type ChainHead struct {
	StaffPage
	Seq, At, Hash, Printed, Back string
}

func (ChainHead) View() string { return "staff/chainhead" }

// An ActivityRow is one entry of the log.
type ActivityRow struct{ Seq, At, Who, Text, Detail, Href, From string }

// Invitation lets a new or reset member choose a passphrase. Fields: name,
// passphrase, again.
type Invitation struct {
	StaffPage
	Action     string
	Email      string
	Name       string
	Suggestion string // generated, shown first
	Reset      bool
}

// Kit shows the recovery kit to print, and then asks to type it back (field kit).
type Kit struct {
	StaffPage
	Section
	Action string
	Groups []string // of four signs; empty when it is to be typed back
	Typed  string
	Made   string // day, in words
	Remake string // POST: makes a new kit in place of one that was lost; "" hides it
}

// Waiting is what a member sees whom no colleague has approved yet.
type Waiting struct {
	StaffPage
	Colleagues []string
	Kit        string // POST, field kit: open with the recovery kit instead; "" hides it
}

// Outbox shows the demo's messages.
type Outbox struct {
	StaffPage
	Messages []OutboxMessage
}

// An OutboxMessage is one message the demo would have sent.
type OutboxMessage struct{ At, Channel, To, Subject, Body string }

// Verify checks a sealed PDF for anyone. Field: file.
type Verify struct {
	StaffPage
	Action string
	Report *Report
}

// A Report is what a check of a PDF found, in plain words.
type Report struct {
	File     string
	Genuine  bool
	Headline string
	Problems []string
	Facts    []Fact
}

// StaffMessage is every staff page that says one thing.
type StaffMessage struct {
	StaffPage
	Heading, Sentence, Advice, Request string
	Forward                            *Link
}

func (SignIn) View() string       { return "staff/signin" }
func (Home) View() string         { return "staff/home" }
func (Documents) View() string    { return "staff/documents" }
func (Document) View() string     { return "staff/document" }
func (Answers) View() string      { return "staff/answers" }
func (NewDocument) View() string  { return "staff/new" }
func (Sent) View() string         { return "staff/sent" }
func (Activity) View() string     { return "staff/activity" }
func (Invitation) View() string   { return "staff/invitation" }
func (Kit) View() string          { return "staff/kit" }
func (Waiting) View() string      { return "staff/waiting" }
func (Outbox) View() string       { return "staff/outbox" }
func (Verify) View() string       { return "staff/verify" }
func (StaffMessage) View() string { return "staff/message" }
