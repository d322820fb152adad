package views_test

import (
	"slices"
	"testing"
	"time"

	"github.com/sealform/sealform/forms"
	"github.com/sealform/sealform/views"
)

var practice = views.Practice{
	Name: "Harbour Nutrition & Dietetics", Phone: "+61 3 5550 1234", Email: "hello@harbour.example",
	Address: "12 Quay Street\nGeelong VIC 3220",
}

func clientPage(problems ...views.Problem) views.ClientPage {
	return views.ClientPage{Language: "en-AU", Practice: practice, Problems: problems}
}

func staffPage(problems ...views.Problem) views.StaffPage {
	return views.StaffPage{
		PracticeName: practice.Name, Member: "Robin Okafor", Role: "Director", SignOut: "/staff/sign-out",
		Nav: []views.Link{
			{Text: "Home", Href: "/staff", Current: true}, {Text: "Documents", Href: "/staff/documents"},
			{Text: "Clients", Href: "/staff/clients"}, {Text: "Activity", Href: "/staff/activity"},
			{Text: "Settings", Href: "/staff/settings"},
		},
		Flash: "Saved.", Problems: problems,
	}
}

// samples is at least one full struct of every page, by a name for its file.
func samples(t *testing.T) map[string]views.Page {
	all := map[string]views.Page{}
	clientSamples(t, all)
	staffSamples(t, all)
	return all
}

func clientSamples(t *testing.T, all map[string]views.Page) {
	all["unlock"] = views.Unlock{ClientPage: clientPage(), Until: "Friday 18 December 2026", Action: "unlock", NoCode: views.NoCode{Action: "no-code"}}
	all["unlock-wrong"] = views.Unlock{
		ClientPage: clientPage(), Until: "Friday 18 December 2026", Action: "unlock", Denial: views.Wrong, Left: 2,
		NoCode: views.NoCode{Action: "no-code", Problem: "Choose what happened", Open: true},
	}
	all["unlock-locked"] = views.Unlock{ClientPage: clientPage(), Action: "unlock", Denial: views.Locked, NoCode: views.NoCode{Action: "no-code"}}
	all["unlock-kept"] = views.Unlock{
		ClientPage: clientPage(), Action: "unlock", Denial: views.Malformed, NoCode: views.NoCode{Action: "no-code"},
		Kept: []views.Hidden{{Name: "kept.meds:1:name", Value: `Aspirin "100"`}},
	}
	all["dead"] = views.Dead{ClientPage: views.ClientPage{}, Action: "ask"}
	all["asked"] = views.AskedForLink{}
	all["nocode"] = views.NoCodeSent{ClientPage: clientPage(), Back: "../x"}
	all["elsewhere"] = views.Elsewhere{ClientPage: clientPage(), Messages: []string{"the email of 3 December, 10:15"}, Action: "fresh"}
	all["overview"] = views.Overview{
		ClientPage: clientPage(), Next: "1/", Documents: []views.PacketDocument{
			{Title: "Consent to overseas storage", State: "Done", Done: true},
			{Title: "New client form", State: "Started", Href: "1/", Minutes: 15},
			{Title: "Notice of privacy practices", State: "Not started"},
		},
	}
	all["review"] = reviewSample(t)
	all["sign"] = views.Sign{
		ClientPage: clientPage(), Action: "sign", Revision: 7, Heading: "New client form",
		Statement: "The answers I have given are true, as far as I know.", Self: true, Others: true,
		Notice: views.CurrentSigningNotice("en", practice, 30), Decline: "decline",
	}
	all["sign-problems"] = views.Sign{
		ClientPage: clientPage(views.Problem{Control: "signer", Text: "Choose who is signing"},
			views.Problem{Control: "relationship", Text: "Enter your relationship"},
			views.Problem{Control: "name", Text: "Enter your full name"},
			views.Problem{Control: "witness", Text: "Enter the full name of the witness"},
			views.Problem{Control: "agree", Text: "Tick the box to sign"}),
		Witnessed: true,
		Action:    "sign", Statement: "I have received the notice.", Acknowledge: true, Self: true, Others: true,
		Signer: "parent", Authority: "Parental responsibility", Agree: true, Strokes: "[[[100,200],[400,50],[700,220]],[[300,40],[320,260]]]",
		ClientName: "Mia Nguyen", Notice: views.CurrentSigningNotice("en", practice, 0), SubmittingName: "Confirm and send",
	}
	all["decline"] = views.Decline{ClientPage: clientPage(), Action: "decline", Back: "./", Reason: "Rather on paper"}
	urgent := clientPage()
	urgent.Crisis = views.CrisisIn("en", "AU")
	all["done"] = views.Done{
		ClientPage: urgent, Reference: "7K2F-93QD", When: "Sunday 22 November 2026, 15:04 (Melbourne)",
		Next: []string{"The practice reads your answers before your visit.", "You do not have to bring anything on paper."},
		Copy: "copy.pdf", Until: "22 December 2026", Forward: "../2/",
	}
	all["declined"] = views.Declined{ClientPage: clientPage()}
	all["message"] = views.Message{
		ClientPage: clientPage(), Heading: "We could not save that just now", Sentence: "Too many people are using this at once.",
		Advice: "Wait a minute, then try again.", Request: "4f1d2c", Resend: &views.Resend{Action: "", Fields: []views.Hidden{{Name: "a", Value: "b\nc"}}},
		Forward: &views.Link{Text: "Back to the form", Href: "./"},
	}
	all["changed"] = views.Changed{ClientPage: clientPage(), Labels: []string{"Phone number", "Do you smoke?"}, Forward: "2"}
}

func reviewSample(t *testing.T) views.Review {
	f := allKinds(t)
	in := forms.Inputs{
		"first.name.full": {"Ana María <O'Neill>"}, "meds_any": {"yes"}, "meds@rows": {"1", "2"},
		"meds:1:meds.name": {"Metformin"}, "meds:1:meds.dose@value": {"500"}, "meds:1:meds.dose@unit": {"mg"},
		"allergies": {"nuts", "pen & ink"}, "story": {"Two\nlines"}, "gad.1": {"b"},
	}
	r := f.Read(in, forms.Context{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Country: "AU"})
	review := views.Review{ClientPage: clientPage(), Action: "review", Revision: 7, Heading: f.Title, Dropped: []string{"How much do you smoke?"}, Changed: true}
	for i, page := range f.Pages() {
		p := views.ReviewPage{Title: page.Ask, Href: "1"}
		for _, e := range r.Entries {
			if e.Page == i && e.Level > 0 {
				missing := slices.ContainsFunc(r.Problems, func(p forms.Problem) bool { return p.Item == e.Item.ID })
				p.Lines = append(p.Lines, views.ReviewLine{Entry: e, Href: "1#" + views.ID(e.Path), Missing: missing, Changed: e.Path == "story"})
			}
		}
		review.Pages = append(review.Pages, p)
	}
	for _, p := range r.Problems {
		review.Problems = append(review.Problems, views.Problem{Text: p.Text, Href: "1#" + views.ID(p.Control)})
	}
	return review
}

func staffSamples(t *testing.T, all map[string]views.Page) {
	rows := []views.DocumentRow{
		{Href: "/staff/documents/1", Client: "Mia Nguyen", Template: "New client form", State: "Completed", Tone: views.Good, When: "today, 10:15", Reason: "Not read yet"},
		{Href: "/staff/documents/2", Client: "Ana María O'Neill", Template: "Consent to overseas storage", State: "Locked", Tone: views.Warn, When: "yesterday, 16:40"},
		{Href: "/staff/documents/3", Client: "Tom Baker", Template: "PHQ-9", State: "Link sent", Tone: views.Wait, When: "20 November"},
		{Href: "/staff/documents/4", Client: "Li Wei", Template: "New client form", State: "Revoked", Tone: views.Stop, When: "18 November"},
	}
	issued := views.Issued{
		Link: "https://forms.example.org/d/rT5xJ1c0mE2mXl0Yw7oFf3qv3K0xGqf3Gd0Yk1J8oXY", Code: "40718235",
		LinkSent: "by email to a…@example.org", Expires: "6 December 2026",
	}
	all["s-signin"] = views.SignIn{StaffPage: views.StaffPage{Problems: views.Problems{{Control: "passphrase", Text: "That email address and passphrase do not fit together"}}}, Action: "/staff/sign-in", Email: "robin@harbour.example", Next: "/staff/documents"}
	all["s-home"] = views.Home{StaffPage: staffPage(), New: "/staff/documents/new", Needs: rows[:2], Waiting: rows[2:3], Done: rows[:1], Tasks: []views.Task{{Text: "Jo Lee waits for your approval.", Button: "Look", Href: "/staff/settings"}}}
	all["s-home-empty"] = views.Home{StaffPage: staffPage(), New: "/staff/documents/new", Start: []views.Task{{Text: "Bring your clients in.", Button: "Import a list", Href: "/i"}, {Text: "Send a form.", Button: "New document", Href: "/n"}}}
	all["s-documents"] = views.Documents{StaffPage: staffPage(), New: "/n", Rows: rows, Next: "?after=x", Filters: []views.Link{{Text: "All", Href: "?", Current: true}, {Text: "Waiting", Href: "?state=sent"}, {Text: "Completed", Href: "?state=completed"}, {Text: "Ended", Href: "?state=ended"}}}
	all["s-document"] = documentSample(issued)
	all["s-document-revoke"] = views.Document{StaffPage: staffPage(), Heading: "Li Wei", Template: "New client form", State: "Revoked", Tone: views.Stop, Confirm: true, Revoke: "/revoke", Reopen: "/reopen", Again: "/again", File: "/file", Withdraw: "/withdraw", Withdrawal: &views.Note{Text: "Consent taken back on 3 March 2026.", Words: "By phone", By: "Recorded by Dana"}, Reason: "I would rather come in"}
	all["s-answers"] = answersSample(t)
	all["s-new"] = views.NewDocument{
		StaffPage: staffPage(views.Problem{Control: "first_name", Text: "Enter a first name"}, views.Problem{Control: "template", Text: "Choose at least one document"}),
		Action:    "/new", Choose: "/choose", ClientID: "new", Email: "x@example.org", Days: "14", Until: "Until 6 December 2026",
		Recipient: views.RecipientFields{FirstName: "Linh", Relationship: "mother", Language: "vi"}, Languages: []views.Option{{Value: "en", Text: "English"}, {Value: "vi", Text: "Tiếng Việt"}}, Deliver: "send", CanSend: true,
		Templates: []views.TemplateOption{{Value: "intake-adult", Title: "New client form", Detail: "version 1.0.0, about 15 minutes", Chosen: true}, {Value: "npp", Title: "Notice of privacy practices"}},
	}
	all["s-new-again"] = views.NewDocument{StaffPage: staffPage(), Action: "/new", ClientID: "1", Client: "Mia Nguyen", ClientFacts: []views.Fact{{Label: "Born", Value: "3 March 1990"}}, Again: "2", AgainOf: "New client form", Days: "14"}
	all["s-sent"] = views.Sent{StaffPage: staffPage(), Client: "Mia Nguyen", Documents: []string{"Storing your information", "New client form"}, Document: "/d", Issued: issued, Another: "/n",
		Slip: &views.Slip{Practice: practice, For: "Mia", Link: issued.Link, Until: issued.Expires}}
	all["s-clients"] = views.Clients{
		StaffPage: staffPage(), Search: "/staff/clients", Query: "mia", Next: "?a", Add: "/add", Import: "/import", More: true, Kept: []views.Hidden{{Name: "for", Value: "document"}},
		Tabs: []views.Link{{Text: "Current", Href: "?", Current: true}, {Text: "Archived", Href: "?archived=1"}},
		Rows: []views.ClientRow{{Href: "/c", Name: "Mia Nguyen", DateOfBirth: "3 March 1990", Reference: "H-1042"}, {Href: "/c", Name: "Mia Olsen", Archived: true}},
	}
	all["s-client"] = views.Client{
		StaffPage: staffPage(), Name: "Mia Nguyen", Archived: "3 May 2026", Facts: []views.Fact{{Label: "Born", Value: "3 March 1990"}, {Label: "Email", Value: "mia@example.org"}},
		Documents: rows, Zip: "/zip", New: "/n", Paper: "/p", Edit: "/edit", Team: "/team", Archive: "/archive", Reach: []string{"By email to m…@example.org: agreed (in person, 3 March 2026)."}, Export: "/e", Erase: "/x",
		Notice:   &views.ClientNotice{Text: "Not acknowledged yet", Tone: views.Wait, Record: "/record"},
		Consents: []views.Consent{{Href: "/d", Title: "Telehealth", Version: "1.2.0", Answer: "Agreed", Day: "3 March 2026", Tone: views.Good, Withdrawn: "Taken back on 5 May 2026"}},
		History: []views.Change{
			{When: "today, 10:15", Who: "Robin Okafor", Text: "changed the email address", Former: []views.FormerValue{{Label: "Email address", Was: "old@example.org", Became: ""}}, Restore: "/restore", Snapshot: "1", Version: "2"},
			{When: "3 March 2026", Who: "Robin Okafor", Text: "added the client"},
		},
	}
	all["s-client-form"] = views.ClientForm{
		StaffPage: staffPage(views.Problem{Control: "date_of_birth", Text: "Enter a date, such as 1984-03-27"}), Heading: "Change Mia Nguyen", Action: "/edit", Back: "/c",
		FirstName: "Mia", FullName: "Mia Nguyen", DateOfBirth: "x", Version: "2", Alike: []views.ClientRow{{Href: "/c", Name: "Mia Nguyen", DateOfBirth: "3 March 1990"}},
	}
	all["s-import-form"] = views.ImportForm{StaffPage: staffPage(views.Problem{Control: "file", Text: "Choose a CSV file of at most 4 MB"}), Action: "/i", Back: "/c"}
	all["s-import"] = views.Import{
		StaffPage: staffPage(), Notes: []string{"Dates were read with the day first: 3/4/1984 is 3 April 1984."}, Counts: []views.Fact{{Label: "Ready to be added", Value: "240"}, {Label: "Cannot be added", Value: "1"}},
		Filter: []views.Link{{Text: "Need a look: 2", Href: "?", Current: true}, {Text: "All lines: 242", Href: "?lines=all"}}, Next: "?n", Action: "/i", Ready: "Import 240 clients", Alike: "1 client who may be here already", Again: "/a", Done: "/c",
		Rows: []views.ImportRow{{Line: "3", Name: "Mia Nguyen", DateOfBirth: "3 March 1990", Contact: "mia@example.org", Reference: "H-1", State: "May be here already", Tone: views.Warn, Other: &views.Link{Text: "Compare", Href: "/c"}}, {Line: "4", Name: "=1+1", State: "Cannot be added", Tone: views.Stop, Why: "Begins like a formula."}},
	}
	all["s-notices"] = views.Notices{
		StaffPage: staffPage(), State: "pending", Filter: []views.Link{{Text: "Missing", Href: "?", Current: true}}, Next: "?n",
		Rows: []views.NoticeRow{{Href: "/c", Name: "Mia Nguyen", Text: "Missing", Tone: views.Warn, Detail: "Not asked yet", Act: &views.Link{Text: "Send the notice", Href: "/n"}}},
	}
	all["s-paper"] = views.Paper{StaffPage: staffPage(views.Problem{Control: "file", Text: "Choose the scan as a PDF"}), Client: "Mia Nguyen", Action: "/p", Back: "/c", On: "2026-03-03",
		Templates: []views.TemplateOption{{Value: "npp", Title: "Notice of privacy practices", Chosen: true}}, Outcomes: []views.Option{{Value: "", Text: "It is filled in"}, {Value: "agreed", Text: "Agreed"}}, Blank: []views.Link{{Text: "New client form", Href: "/b"}}}
	all["s-blank"] = views.Blank{StaffPage: staffPage(), Practice: practice, Heading: "New client form", Version: "1.0.0", Statement: "The answers are true.",
		Lines: []views.BlankLine{{Heading: "About you"}, {Ask: "Do you smoke?", Boxes: []string{"Yes", "No"}}, {Ask: "How many?", If: true, Rules: make([]struct{}, 1)}}}
	all["s-refusal"] = views.Refusal{StaffPage: staffPage(views.Problem{Control: "reason", Text: "Choose why it was not acknowledged"}), Client: "Mia Nguyen", Action: "/r", Back: "/c", Reasons: []views.Option{{Value: "refused", Text: "The client refused to sign"}}, Reason: "refused", On: "2026-03-03", Words: "Offered"}
	all["s-activity"] = views.Activity{StaffPage: staffPage(), Filter: "/staff/activity", Whats: []views.Option{{Value: "", Text: "Everything"}}, People: []views.Option{{Value: "", Text: "Everybody"}}, Export: "/x", Head: "/h", Verified: "Checked today, 03:00: 1,204 entries, unbroken.", Broken: "Entry 17 was changed.", Next: "?b", Rows: []views.ActivityRow{{Seq: "1204", At: "today, 10:15", Who: "Robin Okafor", Text: "Opened the answers of a document", Href: "/d", From: "203.0.113.7"}, {Seq: "1203", At: "today, 10:02", Who: "The client", Text: "Signed a document"}}}
	settingsSamples(all)
	all["s-invitation"] = views.Invitation{StaffPage: views.StaffPage{Problems: views.Problems{{Control: "again", Text: "The two passphrases differ"}}}, Action: "/i", Email: "jo@harbour.example", Name: "Jo Lee", Suggestion: "copper lantern drifts over quiet harbour"}
	all["s-kit"] = views.Kit{StaffPage: staffPage(), Action: "/kit", Made: "22 November 2026", Groups: []string{"7K2F", "93QD", "MZ4A", "XW5T", "B6LE", "QQ3R", "J2HN", "5VYC", "T7PD", "KM4S", "AE6G", "ZB3U", "RN5X", "QF27"}}
	all["s-kit-typed"] = views.Kit{StaffPage: staffPage(views.Problem{Control: "kit", Text: "Group 4 does not fit: check it against the paper"}), Action: "/kit", Typed: "7K2F 93QD"}
	all["s-waiting"] = views.Waiting{StaffPage: staffPage(), Colleagues: []string{"Robin Okafor"}, Kit: "/kit"}
	all["s-outbox"] = views.Outbox{StaffPage: staffPage(), Messages: []views.OutboxMessage{{At: "10:15", Channel: "email", To: "mia@example.org", Subject: "A form from Harbour Nutrition", Body: "Dear Mia,\n\nPlease open https://forms.example.org/d/abc\n\nHarbour"}}}
	templates := []views.TemplateRow{{Href: "/staff/templates/check-in/1.0.0", Title: "Check-in", Name: "check-in", Version: "1.0.0", Type: "intake", State: "draft", Tone: views.Wait}}
	all["s-templates"] = views.Templates{StaffPage: staffPage(views.Problem{Control: "file", Text: "Choose a file"}), Own: templates, BuiltIn: templates, New: "/new", Import: "/import"}
	all["s-templates-none"] = views.Templates{StaffPage: staffPage(), BuiltIn: templates}
	all["s-template"] = views.Template{
		StaffPage: staffPage(), Heading: "Check-in", State: "published", Tone: views.Good, Facts: []views.Fact{{Label: "Version", Value: "1.0.0"}},
		Remarks: []string{"item a: a sentence of 29 words"}, Grades: []views.Fact{{Label: "About you", Value: "3.2"}}, Preview: "/preview",
		Pages: []views.Link{{Text: "1. About you", Href: "/preview?page=1"}}, Edit: "/edit", Send: "/new", Retire: "/retire", Discard: "/discard",
		Files: []views.Link{{Text: "As YAML", Href: "/a.yaml"}}, Versions: []views.Link{{Text: "version 0.9.0", Href: "/changes"}},
	}
	all["s-template-edit"] = views.TemplateEditor{
		StaffPage: staffPage(), Heading: "Check-in", Action: "/edit", Preview: "/preview", Shown: "/shown", Text: "form: a\n<script>\nx",
		Wrong: []views.TemplateProblem{{Line: 2, Item: "a", Text: "is no key", Source: "<script>"}, {Text: "no items"}}, Remarks: []string{"hard to read"},
	}
	all["s-template-changes"] = views.TemplateChanges{StaffPage: staffPage(), Heading: "What changed", Lead: "1.0.0 and 1.1.0", Changes: []string{"a: is new"}, Back: "/back"}
	all["s-verify"] = views.Verify{StaffPage: views.StaffPage{}, Action: "/verify", Report: &views.Report{File: "copy.pdf", Genuine: true, Headline: "Genuine and unchanged", Facts: []views.Fact{{Label: "Signed", Value: "22 November 2026, 04:04 UTC"}, {Label: "SHA-256", Value: "9f2c61d0a3b49f2c61d0a3b49f2c61d0a3b49f2c61d0a3b49f2c61d0a3b4aa11"}}}}
	all["s-verify-bad"] = views.Verify{StaffPage: views.StaffPage{Problems: views.Problems{{Control: "file", Text: "Choose a PDF file"}}}, Action: "/verify", Report: &views.Report{Problems: []string{"It was changed after it was signed."}}}
	all["s-confirm"] = views.Confirm{StaffPage: staffPage(views.Problem{Control: "confirm_passphrase", Text: "That is not your passphrase"}), Action: "/staff/team/invite", Kept: []views.Hidden{{Name: "member_name", Value: "Jo & Lee"}}}
	all["s-again"] = views.Again{StaffPage: staffPage(), Action: "/staff/settings", Back: "/staff", Kept: []views.Hidden{{Name: "name", Value: "Harbour"}}}
	all["s-messages"] = views.MessageSettings{
		StaffPage: staffPage(views.Problem{Control: "quiet_from", Text: "Enter a time of day, such as 21:00"}), Action: "/messages", Channels: []string{"email"}, RemindAfter: "2, 5", RemindBefore: "1",
		QuietFrom: "9pm", QuietTo: "08:00", MostADay: "8", TellStaff: true, Wordings: []views.WordingRow{{Kind: "The code", Channel: "text message", Languages: []views.WordingLink{{Language: "French", Href: "/w", Own: true}}}},
	}
	all["s-wording"] = views.WordingForm{
		StaffPage: staffPage(views.Problem{Control: "body", Text: "The text has to hold {link}."}), Heading: "The link to a form", Lead: "By email, in English.", Action: "/w", Email: true, Own: true,
		Wording: views.Wording{Subject: "A form", Body: "Hello"}, Allowed: []string{"{link}", "{practice}"}, Preview: views.Preview{Subject: "A form", Body: "Hello", Segments: 2, Wide: true}, Back: "/messages",
	}
	all["message-question"] = views.AboutMessages{ClientPage: clientPage(), Asks: true, Channel: "email", To: "a…@example.org"}
	all["message-stop"] = views.AboutMessages{ClientPage: clientPage(), Channel: "email", To: "a…@example.org"}
	all["message-stopped"] = views.AboutMessages{ClientPage: clientPage(), Done: "stop", Channel: "email", To: "a…@example.org"}
	all["subscriptions"] = views.Subscriptions{ClientPage: clientPage(), Action: "messages", Back: "/d", Addresses: []views.Subscription{{Channel: "email", Words: "email", To: "a…@example.org"}, {Channel: "sms", Words: "text message", To: "…142", Stopped: true}}}
	all["s-message"] = views.StaffMessage{StaffPage: staffPage(), Heading: "Not found", Sentence: "There is no such document in your practice.", Advice: "It may have been erased.", Request: "4f1d2c", Forward: &views.Link{Text: "All documents", Href: "/staff/documents"}}
}

func documentSample(issued views.Issued) views.Document {
	return views.Document{
		StaffPage: staffPage(), Heading: "Ana María O'Neill", Template: "Consent to overseas storage 1.0.0", State: "Locked", Tone: views.Warn,
		Facts:   []views.Fact{{Label: "For", Value: "Ana María O'Neill"}, {Label: "Works until", Value: "6 December 2026"}, {Label: "Language", Value: "English"}},
		Answers: "/a", PDF: "/a.pdf", Issued: &issued, Locked: true, CodeAsked: "They said so today, 09:12.", LinkAsked: "They asked today, 09:14.", Settle: "/settle", Client: "/client", Typed: true,
		Slip:     &views.Slip{Practice: practice, For: "Ana", Link: issued.Link, Until: issued.Expires},
		Progress: []views.Mark{{Text: "Sent", When: "20 November, 09:00", Reached: true}, {Text: "Opened", When: "today, 09:15", Reached: true, Now: true}, {Text: "Begun"}, {Text: "Signed"}, {Text: "Read"}},
		Timeline: []views.Event{
			{At: "20 November, 09:00", Text: "Made by Robin Okafor", Tone: views.Calm}, {At: "20 November, 09:00", Text: "Link sent", Detail: "by email", Tone: views.Wait},
			{At: "yesterday, 16:40", Text: "Ten wrong codes", Detail: "from 198.51.100.4", Tone: views.Warn}, {At: "today, 09:12", Text: "Signed", Tone: views.Good},
		},
		Reissue: "/reissue", Extend: "/extend", Revoke: "/revoke", Related: []views.Link{{Text: "New client form", Href: "/d2"}},
		Messages: []views.Delivery{{Kind: "The link to a form", Channel: "email", To: "a…@example.org", State: "Not sent: the mailbox is full", Tone: views.Warn, Retry: "/retry"}},
		ShowCode: "/code", Reach: []string{"By email to a…@example.org: agreed (in person)."},
	}
}

func answersSample(t *testing.T) views.Answers {
	review := reviewSample(t)
	a := views.Answers{
		StaffPage: staffPage(), Heading: "Ana María O'Neill", Template: "New client form 1.0.0", PDF: "/a.pdf", Back: "/d",
		Facts:   []views.Fact{{Label: "Signed", Value: "today, 10:15"}, {Label: "Reference", Value: "7K2F-93QD"}},
		Differs: []string{"The form gives the date of birth 3 March 1991; your record says 3 March 1990."}, Client: "/client",
		Flags:     []string{"Thoughts of being better off dead: several days"},
		Scores:    []views.Score{{Label: "PHQ-9", Value: "12 of 27", Band: "moderate"}, {Label: "GAD-7"}},
		Signature: &views.SignatureFacts{Facts: []views.Fact{{Label: "Name", Value: "Ana María O'Neill"}}, Strokes: "M100 200L400 50L700 220M300 40L320 260"},
		Files:     []views.Link{{Text: "card.jpg", Href: "/f"}},
	}
	for _, p := range review.Pages {
		page := views.AnswerPage{Title: p.Title}
		for _, l := range p.Lines {
			page.Entries = append(page.Entries, l.Entry)
		}
		a.Pages = append(a.Pages, page)
	}
	return a
}
