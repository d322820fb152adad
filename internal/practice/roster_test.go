package practice_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sealform/sealform/internal/fault"
	"github.com/sealform/sealform/internal/practice"
)

var today = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

func TestReadRoster(t *testing.T) {
	for name, c := range map[string]struct {
		file, country string
		want          practice.Listed // the first client
		problem       string          // part of its problem
		note          string          // part of a note
	}{
		"plain":                  {file: "First name,Last name,DOB,Email,Mobile,Client ID\nMaya,Ortiz,1988-04-17,m@example.org,+1 503 555 0142,H-1\n", want: listed("Maya", "Maya Ortiz", "1988-04-17", "m@example.org", "+1 503 555 0142", "H-1")},
		"semicolons and a BOM":   {file: "\ufeffVorname;First name;Surname\nx;Zoë;Müller\n", want: listed("Zoë", "Zoë Müller", "", "", "", ""), note: "not used: Vorname"},
		"sep line":               {file: "sep=|\nName|Phone\nOrtiz, Maya|'0503\n", want: listed("Maya", "Maya Ortiz", "", "", "0503", "")},
		"windows text":           {file: "name\nJos\xe9 Mar\xedn\n", want: listed("José", "José Marín", "", "", "", ""), note: "Windows"},
		"utf-16":                 {file: "\xff\xfen\x00a\x00m\x00e\x00\n\x00L\x00i\x00\n\x00", want: listed("Li", "Li", "", "", "", "")},
		"day first by the file":  {file: "name,dob\nAnn Lee,3/4/1984\nBo Lee,27/4/1984\n", country: "US", want: listed("Ann", "Ann Lee", "1984-04-03", "", "", ""), note: "day first"},
		"month first by country": {file: "name,dob\nAnn Lee,3/4/1984\n", country: "US", want: listed("Ann", "Ann Lee", "1984-03-04", "", "", ""), note: "month first"},
		"day first elsewhere":    {file: "name,dob\nAnn Lee,3.4.1984\n", country: "AU", want: listed("Ann", "Ann Lee", "1984-04-03", "", "", ""), note: "3 April 1984"},
		"short year":             {file: "name,dob\nAnn Lee,3/4/84\n", want: listed("Ann", "Ann Lee", "", "", "", ""), problem: "3/4/84"},
		"future":                 {file: "name,dob\nAnn Lee,2030-01-01\n", want: listed("Ann", "Ann Lee", "2030-01-01", "", "", ""), problem: "future"},
		"formula":                {file: "name,reference\nAnn Lee,\"=HYPERLINK(\"\"http://evil\"\")\"\n", want: listed("Ann", "Ann Lee", "", "", "", `=HYPERLINK("http://evil")`), problem: "formula"},
		"marked formula":         {file: "name\n'=1+1\n", want: listed("=1+1", "=1+1", "", "", "", ""), problem: "formula"},
		"short line":             {file: "name,email,phone\nAnn Lee\n", want: listed("Ann", "Ann Lee", "", "", "", "")},
		"quoted break":           {file: "name,reference\n\"Ann\nLee\",1\n", want: listed("Ann", "Ann\nLee", "", "", "", "1"), problem: "line break"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := practice.ReadRoster([]byte(c.file), c.country, today)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Clients[0]
			if (got.Problem == "") != (c.problem == "") || !strings.Contains(got.Problem, c.problem) {
				t.Errorf("its problem is %q", got.Problem)
			}
			if got.Line, got.Problem = 0, ""; got != c.want {
				t.Errorf("read %+v, want %+v", got, c.want)
			}
			if notes := strings.Join(r.Notes, " "); !strings.Contains(notes, c.note) {
				t.Errorf("the notes say %q", notes)
			}
		})
	}
}

func listed(first, full, birthDate, email, phone, reference string) practice.Listed {
	return practice.Listed{Contact: practice.Contact{FirstName: first, Email: email, Phone: phone}, Label: practice.Label{FullName: full, BirthDate: birthDate, Reference: reference}}
}

func TestWhatIsNoRoster(t *testing.T) {
	for name, file := range map[string]string{"nothing": "", "no header": "Maya,Ortiz\n", "a spreadsheet": "PK\x03\x04\x00\x00name", "a picture": "\x89PNG\r\n\x1a\n\x00\x00"} {
		if _, err := practice.ReadRoster([]byte(file), "US", today); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRosterLines(t *testing.T) {
	r, err := practice.ReadRoster([]byte("name\n\nAnn\n\"Bo\"\n ,\nCy\n"), "", today)
	if err != nil || len(r.Clients) != 3 || r.Clients[0].Line != 3 || r.Clients[2].Line != 6 {
		t.Errorf("read %+v, %v", r, err)
	}
}

func FuzzReadRoster(f *testing.F) {
	f.Add([]byte("name,dob\nAnn Lee,3/4/1984\n"))
	f.Add([]byte("sep=;\nname;phone\n\"A\"\"b\";'+1\n"))
	f.Add([]byte("\xff\xfen\x00a\x00m\x00e\x00\n\x00L\x00i\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := practice.ReadRoster(file, "US", today)
		if err != nil {
			return
		}
		for _, c := range r.Clients {
			if c.Problem == "" && (c.Label.FullName != "" && strings.ContainsRune("=+-@", rune(c.Label.FullName[0])) || !utf8.ValidString(c.Label.FullName)) {
				t.Errorf("taken: %+v", c)
			}
		}
	})
}
