package forms

import (
	"regexp"

	"github.com/sealform/sealform/internal/words"
)

// A Kind says what an item is and so how it is asked, read and drawn.
type Kind string

// The kinds an [Item] can have after [Parse].
const (
	Note        Kind = "note"         // text to read, never answered
	Group       Kind = "group"        // holds items; may repeat
	Page        Kind = "page"         // a group at the root that is one page
	Scale       Kind = "scale"        // a group of Pick rows that share Options
	Text        Kind = "text"         // one line
	Long        Kind = "long"         // several lines
	YesNo       Kind = "yesno"        // "yes" or "no"
	Number      Kind = "number"       // decimal
	Integer     Kind = "integer"      // whole number
	Quantity    Kind = "measure"      // number with a unit: @value and @unit
	Date        Kind = "date"         // @day @month @year
	DateTime    Kind = "datetime"     // @day @month @year @hour @minute
	Time        Kind = "time"         // 24-hour clock, "14:30"
	URL         Kind = "url"          // http or https
	Pick        Kind = "pick"         // one option
	PickMany    Kind = "pick_many"    // any number of options
	DropDown    Kind = "drop-down"    // one option of a long list
	PickOrType  Kind = "pick_or_type" // one option, or [Other] and own words in @other
	BirthDate   Kind = "dob"          // a Date in the past
	Email       Kind = "email"        // an e-mail address
	Phone       Kind = "phone"        // a phone number
	Initials    Kind = "initials"     // a few letters instead of a signature
	Agree       Kind = "consent"      // options agree and decline
	Acknowledge Kind = "acknowledge"  // one box to tick, value "true"
	File        Kind = "file"         // photos and documents; see [Attachment]
	Signature   Kind = "signature"    // a typed name and, in @strokes, what was drawn; see [Signed]
	Score       Kind = "score"        // worked out, never asked
)

// What a template may write as field: beside the kinds above. [Parse] expands
// these into ordinary items, so they are seen in Item.Field only.
const (
	Name      Kind = "name"
	Address   Kind = "address"
	Insurance Kind = "insurance"
	Question  Kind = "question" // a group of a question, first, and what is asked under it
	Sex       Kind = "sex"
	Gender    Kind = "gender"
	Pronouns  Kind = "pronouns"
)

// Other is the value of a PickOrType control that stands for own words.
const Other = "@other"

// Crisis is the one Alert there is: whom to call at once in the practice's
// country, of which [CrisisHelp] is the table.
const Crisis = "crisis"

// Codes of the two options of every Agree item.
const (
	AgreeCode   = "agree"
	DeclineCode = "decline"
)

// Kinds returns every kind an Item can have. Whatever shows items must be able
// to show each of them.
func Kinds() []Kind {
	return []Kind{
		Note, Group, Page, Scale, Text, Long, YesNo, Number, Integer, Quantity,
		Date, DateTime, Time, URL, Pick, PickMany, DropDown, PickOrType,
		BirthDate, Email, Phone, Initials, Agree, Acknowledge, File, Signature, Score,
	}
}

// An Item is one thing on a form: a question, a text, or a group of items.
type Item struct {
	ID      string // unique in the template, [A-Za-z0-9._-]{1,64}
	Kind    Kind
	Field   Kind   // what field: said, such as Name on an expanded group; else ""
	Control string // what control: said, such as "gtable"; a hint to renderers

	Ask    string // the question or heading, plain text
	MD     string // longer text, Markdown; see [Markdown]
	Hint   string // one plain sentence beside the control
	Help   string // longer plain text, folded away
	Prefix string // a number or letter before the question, such as "1a"

	Required bool
	ReadOnly bool // shown with its prefilled value, never posted, never a problem
	Hidden   bool // a Score that only staff see, or a question that nobody is asked
	Repeats  bool // a Group that may be filled in several times

	MinTimes, MaxTimes int // rows of a repeating group, where MaxTimes is never 0; ticks of PickMany, 0 for any; files

	ShowIf  []Condition // shown when all hold, or, with ShowAny, one of them
	ShowAny bool

	Options    []Option // of the pick kinds, Agree and Scale
	OtherLabel string   // of PickOrType: the label of the own-words control

	Precision      string   // of a Date: "month" or "year" where the day, or it and the month, may be left out
	Min, Max       string   // number, or date as 2006-01-02 or today[+-]N(d|m|y)
	MinLen, MaxLen int      // in characters; MaxLen is never 0 on typed text
	Pattern        string   // RE2, the whole answer must match
	Decimals       *int     // most digits after the point; nil for any number
	Signer         string   // of Signature: "" for the client, or [GuardianSigns] or [WitnessSigns]
	Accept         []string // of File: media types, never empty
	MaxBytes       int      // of each file
	Unit           string   // shown after a number
	Units          []Unit   // of Quantity: what @unit may be; with one unit there is no @unit

	Countries    []string // asked only there: ISO 3166-1 alpha-2, or "EU"; nil for everywhere
	Clause       string   // name of the reviewed clause this text comes from
	Verbatim     bool     // prescribed words, quoted: Lint does not ask for plainer ones
	Initial      []string // the answer it begins with, as in Answers; several for PickMany alone
	Prefill      string   // first_name, full_name, email, phone or dob
	Autocomplete string   // token for the browser
	Flag         string   // staff are told when it holds: "=yes", ">0", "=code"
	Alert        string   // what the client is shown while the flag holds: "" or Crisis
	Say          Say
	Codes        []Code // what the question is called elsewhere, such as LOINC
	Definition   string // URI of the data element
	ValueSet     string // canonical URL of options that are kept elsewhere; [Template.Resolve] refuses them
	FHIR         string // see [Template.FHIR]
	Score        *ScoreRule
	Items        []*Item

	parent     *Item
	say        words.Speaker
	lang       string
	index, end int // in Template.order: its own, and past its last descendant
	page       int
	inRows     bool     // within a repeating group
	controls   []string // names outside any row, one a part
	pattern    *regexp.Regexp
}

// An Option is one answer to choose.
type Option struct {
	Code, Text string
	System     string // of Code, a URI; may be empty
	Score      *int
	Exclusive  bool // cannot be chosen with any other, such as "None of these"
}

// A Unit is a unit of measure: UCUM code, and the text people read.
type Unit struct{ System, Code, Text string }

// A Code names a concept in a coding system.
type Code struct{ System, Code, Display string }

// Say replaces the standard words for a problem; empty fields do not.
type Say struct{ Missing, Impossible, Rule string }

// A Condition compares the answer to another, earlier item.
type Condition struct {
	Question string // id of the other item
	Op       string // = != > < >= <= exists
	Value    string // "true" or "false" for yesno and exists, an option's code, a number, a date

	target *Item
	number float64 // Value, where the target holds numbers
}

// A ScoreRule adds up the scores of chosen options, and integers.
type ScoreRule struct {
	Sum   []string // ids of items or groups
	Need  int      // how many must be answered; 0 for every one that is shown
	Bands []Band   // by rising From
}

// A Band names scores from From up to the next band.
type Band struct {
	From int
	Text string
}

// Label is the item's name as plain text: its question, or the start of its
// Markdown.
func (it *Item) Label() string {
	if it.Ask != "" || it.MD == "" {
		return it.Ask
	}
	return shorten(PlainText(it.MD), 100)
}

// Page returns the number of the page the item is on, from 0.
func (it *Item) Page() int { return it.page }

// Parent returns the group the item is in, or nil.
func (it *Item) Parent() *Item { return it.parent }

// Option returns the option with the code, or nil.
func (it *Item) Option(code string) *Option {
	for i := range it.Options {
		if it.Options[i].Code == code {
			return &it.Options[i]
		}
	}
	return nil
}

// Asked reports whether the item is a question: not text, a group or a score.
func (it *Item) Asked() bool { return len(it.Controls()) > 0 }

var (
	onePart        = []string{""}
	dateParts      = []string{"day", "month", "year"}
	dateTimeParts  = []string{"day", "month", "year", "hour", "minute"}
	otherParts     = []string{"", "other"}
	signatureParts = []string{"", "strokes"}
	guardianParts  = []string{"", "relationship", "authority", "strokes"}
	valueOnly      = []string{"value"}
	valueAndUnit   = []string{"value", "unit"}
)

// Controls returns the parts an item's answer is typed in, to be used with
// [Control]: day, month and year for dates; value, and unit if there is a
// choice, for quantities; the name and strokes of signatures, and between them
// what a guardian adds; none for what is not asked.
func (it *Item) Controls() []string {
	switch it.Kind {
	case Note, Group, Page, Scale, Score:
		return nil
	case Date, BirthDate:
		return dateParts
	case DateTime:
		return dateTimeParts
	case PickOrType:
		return otherParts
	case Signature:
		if it.Signer == GuardianSigns {
			return guardianParts
		}
		return signatureParts
	case Quantity:
		if len(it.Units) > 1 {
			return valueAndUnit
		}
		return valueOnly
	default:
		return onePart
	}
}
