package portal_test

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"github.com/sealform/sealform/internal/testbrowser"
)

// readDocuments opens documents in every state, and the lists that hold them.
func (w *walk) readDocuments() {
	w.t.Helper()
	for name, id := range map[string]uuid.UUID{
		"open": w.stage.open.ID, "locked": w.locked.ID, "expired": w.expired.ID, "declined": w.declined.ID, "revoked": w.revoked.ID,
		"packet": w.packet.ID, "withdrawn": w.withdrawn.ID, "npp": w.npp.ID, "paper": w.paper,
	} {
		for _, role := range allRoles {
			w.open(role, staffPath(id), "document-"+name)
		}
	}
	for _, path := range []string{
		"/staff/documents?state=completed", "/staff/documents?state=locked", "/staff/clients?q=reed", "/staff/clients?q=nobody", "/staff/clients?archived=1", "/staff/clients?for=document&q=reed",
		"/staff/notices?state=refused", "/staff/notices?state=acknowledged", "/staff/documents/new?client=" + w.completed.ClientID.String(), "/staff/clients/00000000-0000-4000-8000-000000000000",
	} {
		w.open("director", path, strings.NewReplacer("?", "-", "=", "-", "&", "-").Replace(dashed(path)))
	}
	w.open("director", "/staff/documents/new", "new")
	w.fill("director", "new-issued", "first_name", "Noor", "full_name", "Noor Haddad", "template", "weekly", "deliver", "none")
	w.open("director", staffPath(w.stage.open.ID), "document-open")
	w.follow("director", "Revoke…", "document-revoke")
	w.open("director", staffPath(w.of("weekly").ID), "document-sent")
	w.follow("director", "Make it", "document-new-code")
	w.open("director", "/staff/clients/"+w.completed.ClientID.String()+"/paper", "paper")
	w.fill("director", "paper-problems", "template", "weekly")
}

// team opens what follows the buttons of team, keys and account.
func (w *walk) team() {
	w.t.Helper()
	w.open("waiting", "/staff", "waiting")
	w.open("waiting", "/staff/kit", "kit")
	w.send("director", "/staff/team", "invited", "member_name", "Kim Osei", "member_email", "kim@harbour.example", "role", "clinical")
	w.send("director", "/staff/settings/keys", "key-made", "key_name", "Intake desk", "scope", "create")
	w.open("director", "/staff/settings/practice-key", "practice-key")
	fatal(w.t, w.store.Rekey(w.t.Context(), w.holders["director"]))
	still := w.screen
	still.NoScripts = true // which would move what is left, and load the page again
	w.tabs["still director"] = w.chromium.Tab(w.t, still)
	w.keep(w.tabs["still director"], w.headers[5][1])
	w.open("still director", "/staff/settings/practice-key", "practice-key-moving")
	tab := w.open("supervisor", "/staff/account/second-factor", "second-factor")
	page := tab.Page()
	secret := ""
	for n := range testbrowser.Elements(page.Root, "span") {
		if testbrowser.Attr(n, "class") == "url" {
			secret = strings.ReplaceAll(testbrowser.Text(n), " ", "")
		}
	}
	code, err := totp.GenerateCode(secret, time.Now())
	fatal(w.t, err)
	w.fill("supervisor", "second-factor-on", "totp", code)
	w.open("supervisor", "/staff/account/second-factor", "second-factor-off")
}

// templates opens the editor with its errors, and what a version lists.
func (w *walk) templates() {
	w.t.Helper()
	w.open("director", "/staff/templates/edit?from=weekly@1.2.0", "template-edit-draft")
	w.open("director", "/staff/templates/weekly/1.2.0", "template-draft")
	w.open("director", "/staff/templates/phq-9/1.0.0", "template-built-in")
	w.open("director", "/staff/templates/edit", "template-edit")
	w.fill("director", "template-errors", "text", "form: x\ntitle: 7\nitems: nothing\n")
}

// clients imports a list.
func (w *walk) clients() {
	w.t.Helper()
	list := filepath.Join(w.t.TempDir(), "list.csv")
	fatal(w.t, os.WriteFile(list, []byte("Name,Date of birth,Email\nInes Okafor,1984-03-27,ines@example.org\nRobin Reed,,\n,,nobody\n"), 0o600))
	tab := w.open("administrative", "/staff/clients/import", "import")
	tab.Upload("file", list)
	tab.Continue()
	w.show("administrative", "GET", "import-preview")
	tab.Continue()
	w.show("administrative", "GET", "import-done")
	report := filepath.Join(w.t.TempDir(), "x.pdf")
	fatal(w.t, os.WriteFile(report, []byte("%PDF-1.4 nobody sealed this"), 0o600))
	tab = w.open("nobody", "/verify", "verify")
	tab.Upload("file", report)
	tab.Continue()
	w.show("nobody", "POST", "verified")
}

// client opens what a client meets besides the forms.
func (w *walk) client() {
	w.t.Helper()
	for name, path := range map[string]string{
		"unlock": "/d/" + w.stage.open.Token, "locked": "/d/" + w.locked.Token, "expired": "/d/" + w.expired.Token, "revoked": "/d/" + w.revoked.Token,
		"declined-link": "/d/" + w.declined.Token, "unknown": "/d/" + strings.Repeat("A", 43), "front": "/", "question": w.messagePath(),
	} {
		w.open("nobody", path, name)
	}
	w.unlock(w.stage.open.Token, w.stage.open.Code)
	at := "/d/" + w.stage.open.Token + "/f/" + w.stage.open.ID.String()
	for _, page := range []string{"/decline", "/afresh", "/review"} {
		w.open("nobody", at+page, strings.TrimPrefix(page, "/"))
	}
	w.open("nobody", "/d/"+w.stage.open.Token+"/messages", "messages")
	w.unlock(w.packet.Token, w.packet.Code)
	w.open("nobody", "/d/"+w.packet.Token+"/overview", "overview")
	tab := w.as("nobody")
	for i := range 12 { // to the end of both documents
		tab.Fill()
		tab.Continue()
		w.show("nobody", "GET", "packet-"+string(rune('a'+i)))
		if strings.HasSuffix(tab.Address().Path, "/done") && testbrowser.Link(tab.Page().Root, ".pdf") != "" && tab.Page().Form() == nil {
			break
		}
	}
	w.unlock(w.declined.Token, w.declined.Code)
}

// unlock types a code into the client's tab.
func (w *walk) unlock(token, code string) {
	w.t.Helper()
	tab := w.as("nobody")
	tab.Open(w.url + "/d/" + token)
	tab.Type("code", code)
	tab.Continue()
	w.show("nobody", "GET", "unlocked")
}

// signIns opens what stands before the console.
func (w *walk) signIns() {
	w.t.Helper()
	w.open("nobody", "/staff/sign-in", "sign-in")
	w.open("nobody", "/staff/sign-in/code", "code")
	w.tried++
	w.open("nobody", w.address("/staff/invitation/:token", "", w.completed), "invitation")
	w.open("nobody", "/staff/nothing", "no-page")
}

// last ends what the rows before it need.
func (w *walk) last() {
	w.t.Helper()
	w.as("director").Open(w.url + "/staff/kit")
	for _, path := range lastPresses {
		w.as("director").Send(path)
		w.seen["POST "+path] = true
		w.show("director", "POST", "after"+dashed(path))
	}
}

// fill answers controls of the tab's first form, sends it and shows what comes.
func (w *walk) fill(who, name string, pairs ...string) {
	w.t.Helper()
	tab := w.as(who)
	for i := 0; i < len(pairs); i += 2 {
		tab.Type(pairs[i], pairs[i+1])
	}
	tab.Continue()
	w.show(who, "POST", name)
}

// send posts a form of these fields, and shows what comes.
func (w *walk) send(who, path, name string, pairs ...string) {
	w.t.Helper()
	w.as(who).Send(path, pairs...)
	w.show(who, "POST", name)
}

// follow presses the link or button with these words, and shows what comes.
func (w *walk) follow(who, words, name string) {
	w.t.Helper()
	w.as(who).Follow(words)
	w.show(who, "POST", name)
}
