package practice

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sealform/sealform/internal/words"

	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"

	"github.com/sealform/sealform/internal/fault"
)

// A Listed is a client on a line of a spreadsheet saved as CSV.
type Listed struct {
	Line    int // in the file, the header being the first
	Contact Contact
	Label   Label
	Problem string // why the line cannot be taken, for a person; "" when it can
}

// A Roster is a list of clients as it was read.
type Roster struct {
	Clients []Listed
	Notes   []string // what was decided on the way, for a person
}

// columns are the names that spreadsheets give to what we know of a client.
var columns = map[string][]string{
	"first":     {"first name", "firstname", "first", "given name", "given names", "forename", "preferred name"},
	"last":      {"last name", "lastname", "last", "surname", "family name"},
	"full":      {"name", "full name", "client", "client name", "patient", "patient name"},
	"birth":     {"date of birth", "dob", "birth date", "birthdate", "birthday", "born", "d o b"},
	"email":     {"email", "e mail", "email address", "e mail address", "mail"},
	"phone":     {"phone", "mobile", "mobile phone", "mobile number", "cell", "cell phone", "cellphone", "telephone", "phone number", "tel"},
	"reference": {"reference", "ref", "id", "client id", "patient id", "client number", "patient number", "record number", "file number", "number", "mrn"},
}

// ReadRoster reads a CSV file in any usual encoding and with any usual
// separator. country decides how 3/4/1984 is read where the file itself does
// not. A line that cannot be taken has a problem; a file that cannot is
// fault.Invalid.
func ReadRoster(file []byte, country string, today time.Time) (*Roster, error) {
	text, note, err := decodeText(file)
	if err != nil {
		return nil, err
	}
	r := &Roster{}
	r.note(note)
	text, separator := separatorOf(text)
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes, in.TrimLeadingSpace = separator, -1, true, separator != '\t'
	header, err := in.Read()
	if err != nil {
		return nil, fault.New(fault.Invalid, "The file is empty. Its first line must name the columns.")
	}
	at, unused := columnsOf(header)
	if !has(at, "first") && !has(at, "full") {
		return nil, fault.New(fault.Invalid, "The first line must name the columns, such as: First name, Last name, Date of birth, Email, Phone, Reference.")
	}
	if len(unused) > 0 {
		r.note("Columns that were not used: " + strings.Join(unused, ", ") + ".")
	}
	var rows []rosterRow
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errNoCSV
		}
		line, _ := in.FieldPos(0)
		if strings.TrimSpace(strings.Join(fields, "")) != "" {
			rows = append(rows, rosterRow{line, fields})
		}
	}
	days := r.dayOrder(rows, at, country)
	for _, row := range rows {
		r.Clients = append(r.Clients, row.read(at, days, today))
	}
	return r, nil
}

func (r *Roster) note(text string) {
	if text != "" {
		r.Notes = append(r.Notes, text)
	}
}

func has(at map[string]int, column string) bool { _, ok := at[column]; return ok }

var errNoCSV = fault.New(fault.Invalid, "The file is no CSV: save the spreadsheet as “CSV UTF-8” and choose that.")

// decodeText returns the file as UTF-8. What is no Unicode is taken for
// Windows-1252, which is what spreadsheets on Windows save.
func decodeText(file []byte) (text, note string, err error) {
	var decoded []byte
	switch {
	case bytes.HasPrefix(file, []byte{0xFF, 0xFE}), bytes.HasPrefix(file, []byte{0xFE, 0xFF}):
		decoded, err = utf16.UTF16(utf16.LittleEndian, utf16.UseBOM).NewDecoder().Bytes(file)
	case utf8.Valid(file):
		decoded = bytes.TrimPrefix(file, []byte("\ufeff"))
	default:
		decoded, err = charmap.Windows1252.NewDecoder().Bytes(file)
		note = "The file is not in Unicode; it was read as Windows text. Check names with accents."
	}
	if err != nil || bytes.IndexByte(decoded, 0) >= 0 {
		return "", "", errNoCSV
	}
	return string(decoded), note, nil
}

// separatorOf finds what the header separates its columns with. A line "sep=;"
// before it says so.
func separatorOf(text string) (rest string, separator rune) {
	first, after, _ := strings.Cut(text, "\n")
	if s := strings.TrimSpace(first); len(s) == 5 && strings.HasPrefix(s, "sep=") {
		return after, rune(s[4])
	}
	best, most := ',', 0
	for _, r := range ",;\t|" {
		if n := strings.Count(first, string(r)); n > most {
			best, most = r, n
		}
	}
	return text, best
}

func columnsOf(header []string) (at map[string]int, unused []string) {
	at = map[string]int{}
	for i, name := range header {
		folded := strings.Join(strings.FieldsFunc(Fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
		known := false
		for column, names := range columns {
			if slices.Contains(names, folded) && !has(at, column) {
				at[column], known = i, true
			}
		}
		if !known && strings.TrimSpace(name) != "" {
			unused = append(unused, strings.TrimSpace(name))
		}
	}
	return at, unused
}

type rosterRow struct {
	line   int
	fields []string
}

func (r rosterRow) cell(at map[string]int, column string) string {
	i, ok := at[column]
	if !ok || i >= len(r.fields) {
		return ""
	}
	cell := strings.TrimSpace(r.fields[i])
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != "" && strings.ContainsRune("=+-@0123456789", rune(rest[0])) {
		cell = rest // a spreadsheet's mark for text
	}
	if cell == "-" {
		return ""
	}
	return cell
}

func (r rosterRow) read(at map[string]int, days []string, today time.Time) Listed {
	l := Listed{Line: r.line}
	first, last, full := r.cell(at, "first"), r.cell(at, "last"), r.cell(at, "full")
	if family, given, ok := strings.Cut(full, ","); ok && first == "" && last == "" {
		first, last = strings.TrimSpace(given), strings.TrimSpace(family)
		full = first + " " + last
	}
	if full == "" {
		full = strings.TrimSpace(first + " " + last)
	}
	if words := strings.Fields(full); first == "" && last == "" && len(words) > 0 {
		first = words[0]
	}
	l.Contact = Contact{FirstName: first, Email: r.cell(at, "email"), Phone: r.cell(at, "phone")}
	l.Label = Label{FullName: full, Reference: r.cell(at, "reference")}
	for _, text := range []string{first, full, l.Label.Reference, l.Contact.Email, strings.TrimPrefix(l.Contact.Phone, "+")} {
		if problem := unsafeCell(text); problem != "" {
			l.Problem = problem
		}
	}
	if typed := r.cell(at, "birth"); typed != "" {
		l.Label.BirthDate = readDay(typed, days)
		switch {
		case l.Label.BirthDate == "":
			l.Problem = fmt.Sprintf("“%s” is no date of birth that can be read. Write it like 1984-03-27.", typed)
		case l.Label.BirthDate > today.Format(time.DateOnly):
			l.Problem = "The date of birth is in the future."
		}
	}
	return l
}

// unsafeCell refuses what a spreadsheet would run as a formula if the list
// were ever opened in one again (CWE-1236), and what no name holds.
func unsafeCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@", rune(text[0])) {
		return fmt.Sprintf("“%.20s” begins like a formula of a spreadsheet.", text)
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "A field holds a line break or another sign that no name has."
	}
	return ""
}

// dayFirst and monthFirst are the layouts of dates in digits, the plain ones
// always before them.
var (
	plainDays  = []string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2 Jan 2006", "2 January 2006", "2-Jan-2006", "Jan 2 2006", "January 2 2006"}
	dayFirst   = append(slices.Clone(plainDays), "2/1/2006", "2-1-2006", "2.1.2006")
	monthFirst = append(slices.Clone(plainDays), "1/2/2006", "1-2-2006", "1.2.2006")
)

func readDay(typed string, layouts []string) string {
	typed, _, _ = strings.Cut(strings.Join(strings.Fields(strings.ReplaceAll(typed, ",", " ")), " "), " 00:00")
	for _, layout := range layouts {
		if day, err := time.Parse(layout, typed); err == nil && day.Year() >= 1880 {
			return day.Format(time.DateOnly)
		}
	}
	return ""
}

// dayOrder decides for the whole file whether days or months come first: by
// the dates that can only be read one way, and else by the country.
func (r *Roster) dayOrder(rows []rosterRow, at map[string]int, country string) []string {
	onlyDay, onlyMonth, both := 0, 0, ""
	for _, row := range rows {
		typed := row.cell(at, "birth")
		day, month := readDay(typed, dayFirst), readDay(typed, monthFirst)
		switch {
		case day != "" && month == "":
			onlyDay++
		case day == "" && month != "":
			onlyMonth++
		case day != month && both == "":
			both = typed
		}
	}
	order, first := dayFirst, "the day first"
	if onlyMonth > onlyDay || onlyMonth == onlyDay && country == "US" {
		order, first = monthFirst, "the month first"
	}
	if both != "" {
		day, _ := time.Parse(time.DateOnly, readDay(both, order))
		r.note(fmt.Sprintf("Dates were read with %s: %s is %s.", first, both, words.Day("en", country, day)))
	}
	return order
}
