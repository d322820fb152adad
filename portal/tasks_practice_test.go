package portal_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/sealform/sealform/internal/testbrowser"
)

// What a practice does beside its clients: templates, team, keys and settings,
// and what each does about their own sign-in.

func (s *seat) signIn() {
	s.open("/staff")
	s.tab.Submit("Sign in", "email", s.email(), "passphrase", "not "+s.passphrase)
	s.says("do not go together")
	s.submit("Sign in", "email", s.email(), "passphrase", s.passphrase)
	s.says("Hello")
}

// email is what the member signs in with.
func (s *seat) email() string { return string(s.role) + "-true@harbour.example" }

func (s *seat) makeTemplate() {
	own := "own-" + string(s.role)
	s.open("/staff/templates")
	s.tab.Follow("Care by video or phone")
	s.tab.Follow("Make your own version")
	yaml := s.tab.Evaluate(`document.getElementById('f-text').value`)
	yaml = regexp.MustCompile(`(?m)^form: .*$`).ReplaceAllString(yaml, "form: "+own)
	s.tab.Submit("Publish", "text", strings.Replace(yaml, "items:", "things:", 1))
	s.says("This text cannot be used yet", "Line ")
	method, path := s.tab.Answer("Show", "text", yaml, "page", "1")
	s.noteSent(method, path)
	s.tab.Until(`document.querySelector('iframe').contentDocument?.querySelector('main form')`)
	s.submit("Keep as a draft", "text", yaml)
	s.says("Draft", own)
	s.tab.Follow("Edit")
	s.submit("Publish")
	s.says("Published")
	s.tab.Follow("Make your own version")
	yaml = regexp.MustCompile(`(?m)^version: .*$`).ReplaceAllString(yaml, `version: "9.0.0"`)
	s.submit("Publish", "text", strings.Replace(yaml, "title: ", "title: My ", 1))
	s.tab.Press(`document.querySelector('a[href*="/changes?"]')`)
	s.says("title")
	s.open("/staff/templates/" + own + "/9.0.0")
	for _, file := range []string{".yaml", ".json"} {
		if kind, _ := s.tab.Fetch(testbrowser.Link(s.tab.Page().Root, file)); kind == "" || strings.HasPrefix(kind, "text/html") {
			s.t.Errorf("%s is %q", file, kind)
		}
	}
	s.submit("Retire this version")
	s.says("Retired")
}

func (s *seat) importTemplate() {
	file := filepath.Join(s.t.TempDir(), "own.yaml")
	fatal(s.t, os.WriteFile(file, []byte(strings.Replace(oneQuestion, "weekly", "brought-"+string(s.role), 1)), 0o600))
	s.open("/staff/templates")
	s.tab.Upload("file", file)
	s.submit("Open it")
	s.submit("Keep as a draft")
	s.says("Draft")
	s.submit("Discard this draft")
	if strings.Contains(s.shown(), "brought-"+string(s.role)) {
		s.t.Error("the draft is still there")
	}
}

func (s *seat) activity() {
	s.open("/staff")
	s.tab.Follow("Activity")
	s.says("The log was checked just now", "unbroken", "Client added")
	s.submit("Show", "what", "client,record")
	s.says("Client added")
	if shown := s.shown(); strings.Contains(shown, "Signed in") {
		s.t.Errorf("the filter shows %s", shown)
	}
	if kind, _ := s.tab.Fetch(s.tab.Evaluate(`document.querySelector('a[href*="activity.csv"]').href`)); !strings.HasPrefix(kind, "text/csv") {
		s.t.Errorf("the export is %s", kind)
	}
	s.open("/staff/activity")
	s.tab.Follow("Print the chain’s head")
	s.says("Hash (SHA-256)", "Entry number")
}

func (s *seat) settings() {
	var picture bytes.Buffer
	fatal(s.t, png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 40, 40))))
	logo := filepath.Join(s.t.TempDir(), "logo.png")
	fatal(s.t, os.WriteFile(logo, picture.Bytes(), 0o600))
	s.open("/staff")
	s.tab.Follow("Settings")
	s.tab.Submit("Save", "look", "own", "colour", "#ffffee")
	s.says("There is a problem")
	s.open("/staff/settings")
	s.submit("Save", "look", "own", "colour", "#7a1fa2", "effective_date", "February 3, 2026", "expires_in_days", "21", "copy_days", "20")
	s.says("Saved")
	if got := s.tab.Page().Form().Control("effective_date").Values[0]; got != "February 3, 2026" {
		s.t.Errorf("the notice is in effect since %q", got)
	}
	s.tab.Upload("file", logo)
	s.submit("Use this logo")
	s.submit("Remove the logo")
	s.submit("Save", "look", "")
}

func (s *seat) messages() {
	s.open("/staff/settings")
	s.tab.Follow("Messages")
	s.submit("Save", "remind_after", "3, 6")
	s.says("Saved")
	s.tab.Press(`document.querySelector('a[href$="/link/email/en"]')`)
	s.submit("Preview", "subject", "A form from {practice}")
	s.submit("Save", "subject", "A form from {practice}")
	s.tab.Press(`document.querySelector('a[href$="/link/email/en"]')`)
	s.submit("Back to our words")
}

func (s *seat) apiKeys() {
	s.open("/staff/settings")
	s.tab.Follow("API keys")
	s.submit("Make the key", "key_name", "The till", "scope", "read")
	if key := s.secrets()["url"]; !strings.HasPrefix(key, "sealform_") {
		s.t.Errorf("the key is %q", key)
	}
	s.says("Shown only once")
	s.submit("Revoke The till")
	if strings.Contains(s.shown(), "The till") {
		s.t.Error("the key is still there")
	}
}

func (s *seat) makeKit() {
	s.open("/staff/settings")
	s.tab.Follow("Recovery kit")
	s.submit("Make a new kit")
	var groups []string
	for n := range testbrowser.Elements(s.tab.Page().Root, "ol") {
		groups = append(groups, testbrowser.Text(n))
	}
	s.kit = groups[0]
	s.submit("Check it", "kit", strings.ToLower(s.kit))
}

func (s *seat) team() {
	s.open("/staff")
	s.tab.Follow("Team")
	s.submit("Invite", "member_name", "Kim Osei", "member_email", "kim@harbour.example", "role", "clinical")
	kim := s.beside()
	kim.accept(s.secrets()["url"])
	s.open("/staff/team")
	s.submit("Approve Kim Osei")
	kim.open("/staff")
	kim.says("Hello, Kim Osei")
	s.open("/staff/team")
	s.tab.Follow("Kim Osei")
	s.submit("Save", "role", "clinical", "may", "export", "may", "clients.all")
	kim.open("/staff/clients")
	kim.says("Robin Reed")
	s.submit("Make a new invitation")
	again := s.secrets()["url"]
	kim.open("/staff")
	kim.says("Email address") // signed out
	kim.accept(again)
	kim.submit("Open with the kit", "kit", s.kit)
	kim.open("/staff")
	kim.says("Hello, Kim Osei")
	s.open("/staff/team")
	s.tab.Follow("Kim Osei")
	s.submit("Remove", "confirm", "yes")
	kim.open("/staff")
	kim.says("Email address")
	for path := range kim.sent {
		s.sent[path] = true
	}
}

// beside is somebody else at a tab of their own.
func (s *seat) beside() *seat {
	tab := s.chromium.Tab(s.t, testbrowser.Screen{Width: 360, Height: 240})
	return &seat{stage: s.stage, chromium: s.chromium, t: s.t, role: s.role, tab: tab, sent: map[string]bool{}}
}

// accept chooses a passphrase with the link of an invitation, and waits.
func (s *seat) accept(link string) {
	s.t.Helper()
	s.tab.Open(link)
	s.noteSent(s.tab.Submit("Set the passphrase", "passphrase", passphrase, "again", passphrase))
	s.says("Waiting for a colleague")
}

func (s *seat) changeKey() {
	s.open("/staff/team")
	s.tab.Follow("Change the practice’s key")
	s.tab.Scripts(false)
	s.submit("Change the key")
	for !strings.Contains(s.shown(), "Key number 2") {
		s.submit("Go on")
	}
	s.tab.Scripts(true)
	other := s.beside() // where the page's script takes the steps
	other.open("/staff")
	other.submit("Sign in", "email", s.email(), "passphrase", s.passphrase)
	other.open("/staff/settings/practice-key")
	other.submit("Change the key")
	for range 1000 {
		r, err := s.store.Rekeyed(s.t.Context(), s.holders["director"])
		fatal(s.t, err)
		if r.Left == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.open("/staff/settings/practice-key")
	s.says("Key number 3")
	s.openDocument(s.completed.ID)
	s.tab.Follow("Read the answers")
	s.says("Robin Reed")
}

func (s *seat) changePassphrase() {
	s.aged(s.holders[string(s.role)].ID)
	s.open("/staff/account")
	s.tab.Follow("Change it")
	s.says("Is it still you?")
	s.submit("Go on", "confirm_passphrase", passphrase)
	next := s.secrets()["url"]
	if len(next) < 15 {
		s.t.Errorf("the passphrase on offer is %q", next)
	}
	s.tab.Submit("Change it", "passphrase", "harbour psychology", "again", "harbour psychology")
	s.says("There is a problem")
	s.submit("Change it", "passphrase", next, "again", next)
	s.passphrase = next
}

func (s *seat) secondFactor() {
	s.open("/staff/account")
	s.tab.Follow("Turn it on")
	secret := ""
	for n := range testbrowser.Elements(s.tab.Page().Root, "span") {
		if testbrowser.Attr(n, "class") == "url" {
			secret = strings.ReplaceAll(testbrowser.Text(n), " ", "")
		}
	}
	code, err := totp.GenerateCode(secret, time.Now())
	fatal(s.t, err)
	s.submit("Turn it on", "totp", code)
	s.says("Your second factor is on")
	recovery := ""
	for n := range testbrowser.Elements(s.tab.Page().Root, "li") {
		if text := testbrowser.Text(n); recovery == "" && !strings.Contains(text, " ") && strings.Contains(text, "-") {
			recovery = text
		}
	}
	s.open("/staff/account")
	s.tab.Follow("Sign out")
	s.submit("Sign in", "email", s.email(), "passphrase", s.passphrase)
	s.submit("Go on", "totp", recovery)
	s.open("/staff/account")
	s.submit("Turn it off")
	s.says("Off")
}

func (s *seat) places() {
	other := s.beside()
	other.passphrase = s.passphrase
	other.open("/staff")
	other.submit("Sign in", "email", s.email(), "passphrase", s.passphrase)
	s.open("/staff/account")
	s.says("Signed in now", "Browsers that know you", "Sign-ins", "Refused")
	sessions := s.tab.Evaluate(`String(document.querySelectorAll('form[action*="/sessions/"]').length)`)
	s.noteSent("post", s.tab.Evaluate(`new URL(document.querySelector('form[action*="/sessions/"]').action).pathname`))
	s.tab.Press(`document.querySelector('form[action*="/sessions/"] button')`)
	s.noteSent("post", s.tab.Evaluate(`new URL(document.querySelector('form[action*="/devices/"]').action).pathname`))
	s.tab.Press(`document.querySelector('form[action*="/devices/"] button')`)
	if left := s.tab.Evaluate(`String(document.querySelectorAll('form[action*="/sessions/"]').length)`); sessions != "1" || left != "0" {
		s.t.Errorf("%s other sessions, and %s after ending one", sessions, left)
	}
	other.open("/staff")
	other.says("Email address")
}

func (s *seat) signOut() {
	s.open("/staff")
	s.submit("Sign out")
	s.open("/staff/clients")
	s.says("Email address")
	s.submit("Sign in", "email", s.email(), "passphrase", s.passphrase)
	s.says("Clients")
}

func (s *seat) signOutEverywhere() {
	s.open("/staff/account")
	s.submit("Sign out everywhere")
	s.open("/staff")
	s.says("Email address")
}
