package views_test

import "github.com/sealform/sealform/views"

func settingsSamples(all map[string]views.Page) {
	section := views.Section{Sections: []views.Link{{Text: "Practice", Href: "/staff/settings", Current: true}, {Text: "API keys", Href: "/staff/settings/keys"}}}
	about := practice
	about.Logo = "/look/logo/1/2.png"
	all["s-settings"] = views.Settings{
		StaffPage: staffPage(views.Problem{Control: "colour", Text: "This colour is too light"}, views.Problem{Control: "zone", Text: "Enter a time zone"}, views.Problem{Control: "country", Text: "Choose"}, views.Problem{Control: "file", Text: "Choose a picture"}),
		Section:   section, Save: "/s", Practice: about, Website: "https://harbour.example", CopyDays: "30", Days: "14", Country: "AU", Zone: "Australia/Sydney",
		Countries: []views.Option{{Value: "AU", Text: "Australia"}, {Value: "IE", Text: "Ireland"}}, Zones: []string{"Australia/Sydney"}, Records: "IE", StoredIn: "Ireland",
		Look: "own", Colour: "#ffcc00", TOTPRequired: true, SaveLogo: "/logo", DropLogo: "/logo/remove",
	}
	all["s-settings-read"] = views.Settings{StaffPage: staffPage(), Section: section, Facts: []views.Fact{{Label: "Country", Value: "Australia"}}}
	roles := []views.RoleOption{{Value: "director", Text: "Director", Hint: "everything"}, {Value: "clinical", Text: "Clinical", Hint: "reads and sends for the clients assigned to them"}}
	signIns := []views.SignInRow{{At: "today, 10:15", Text: "Signed in", Where: "Firefox on Windows, 203.0.113.7", Tone: views.Good}, {At: "today, 10:14", Text: "Wrong passphrase", Where: "198.51.100.4", Tone: views.Warn}}
	all["s-team"] = views.Team{
		StaffPage: staffPage(views.Problem{Control: "member_email", Text: "Enter their email address"}, views.Problem{Control: "role", Text: "Choose a role"}, views.Problem{Control: "member_name", Text: "Enter their name"}),
		Invite:    "/staff/team", Roles: roles, RoleValue: "clinical", Key: "/k",
		Members: []views.Member{
			{Href: "/m/1", Name: "Robin Okafor", Email: "robin@harbour.example", Role: "Director", State: "Active", Tone: views.Good, TOTP: true},
			{Href: "/m/2", Name: "Jo Lee", Email: "jo@harbour.example", Role: "Clinical", State: "Waiting for approval", Tone: views.Warn, Approve: "/a"},
		},
	}
	all["s-member"] = views.MemberPage{
		StaffPage: staffPage(views.Problem{Control: "confirm", Text: "Tick the box to remove them"}), Name: "Jo Lee", RoleName: "Clinical", State: "Waiting for approval", Tone: views.Warn,
		Facts: []views.Fact{{Label: "Email address", Value: "jo@harbour.example"}}, Approve: "/a", Save: "/s", RoleValue: "clinical", Roles: roles, Reset: "/r", Remove: "/x",
		May: []views.MayOption{{Value: "export", Text: "Export", Hint: "lists as CSV"}, {Value: "clients.all", Text: "See all clients", Chosen: true}}, Clients: []views.Link{{Text: "Mia Nguyen", Href: "/c"}},
		Keys: []string{"Booking system", "Phone system"}, History: signIns,
	}
	all["s-member-own"] = views.MemberPage{StaffPage: staffPage(), Name: "Robin Okafor", RoleName: "Director", State: "Active", Tone: views.Good, Own: true, SeesAll: true}
	all["s-invited"] = views.Invited{StaffPage: staffPage(), Name: "Jo Lee", Link: "https://forms.example.org/staff/invitation/abc", Back: "/staff/team"}
	all["s-seers"] = views.Seers{StaffPage: staffPage(), Client: "Mia Nguyen", Action: "/t", Back: "/c", Always: []string{"Robin Okafor", "Sam Reed"}, Members: []views.MayOption{{Value: "1", Text: "Jo Lee", Hint: "Clinical", Chosen: true}}}
	places := []views.PlaceRow{{Browser: "Firefox on Windows", Address: "203.0.113.7", Seen: "today, 10:15", Here: true}, {Browser: "Safari on iPhone", Address: "203.0.113.8", Seen: "yesterday, 18:02", End: "/e"}}
	all["s-rekey"] = views.Rekey{StaffPage: staffPage(), Section: section, Version: 1, Total: 120, Begin: "/b"}
	all["s-rekey-going"] = views.Rekey{StaffPage: staffPage(), Section: section, Version: 2, Total: 120, Left: 60, Percent: 50, Step: "/s"}
	all["s-chainhead"] = views.ChainHead{StaffPage: staffPage(), Seq: "1204", At: "22 November 2026, 10:15:03 AEDT", Hash: "9f2c 61d0", Printed: "today, 10:20", Back: "/staff/activity"}
	all["s-code"] = views.Code{StaffPage: views.StaffPage{Problems: views.Problems{{Control: "totp", Text: "That code does not fit"}}}, Action: "/staff/sign-in/code", Next: "/staff/clients", Kept: []views.Hidden{{Name: "a", Value: "b"}}}
	all["s-account"] = views.Account{StaffPage: staffPage(), TOTP: true, Required: true, SecondFactor: "/f", TurnOff: "/o", Passphrase: "/p", Sessions: places, Devices: places[1:], Everywhere: "/e", History: signIns}
	all["s-secondfactor"] = views.SecondFactor{StaffPage: staffPage(views.Problem{Control: "totp", Text: "That code does not fit"}), Action: "/f", Offer: "x", URL: "otpauth://totp/Harbour:Robin?secret=ABC&issuer=Harbour", Secret: "ABCD EFGH", Back: "/staff/account"}
	all["s-secondfactor-codes"] = views.SecondFactor{StaffPage: staffPage(), Codes: []string{"abcde-fghij", "klmno-pqrst"}, Back: "/staff/account"}
	all["s-passphrase"] = views.Passphrase{StaffPage: staffPage(views.Problem{Control: "passphrase", Text: "Too short"}, views.Problem{Control: "again", Text: "Type the same"}), Action: "/p", Name: "Robin Okafor", Suggestion: "bado-kine-tuma"}
	all["s-keys"] = views.Keys{
		StaffPage: staffPage(views.Problem{Control: "key_name", Text: "Enter what the key is for"}), Section: section, Make: "/k", NewKey: "sealform_8Kx",
		Keys: []views.APIKey{{Name: "Booking system", Scope: "make documents", Made: "today, by Robin Okafor", Revoke: "/k/1"}},
	}
	all["s-keys-empty"] = views.Keys{StaffPage: staffPage(), Section: section, Make: "/k"}
}
