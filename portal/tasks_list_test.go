package portal_test

// tasks are what staff do in a practice, in the order in which each role does
// them. It is written by hand.
var tasks []task

func init() {
	const doc, client, version = "/staff/documents/:id", "/staff/clients/:id", "/staff/templates/:name/:version"
	tasks = []task{
		{"sign in", everybody, []string{"/staff/sign-in"}, (*seat).signIn},
		{"see what needs somebody now", everybody, nil, (*seat).home},

		{"add a client", everybody, []string{"/staff/clients/new"}, (*seat).addClient},
		{"find a client", everybody, nil, (*seat).findClient},
		{"change a client, and put it back", everybody, []string{client + "/edit", client + "/restore"}, (*seat).changeClient},
		{"archive a client, and bring them back", everybody, []string{client + "/archive"}, (*seat).archiveClient},
		{"import a list", everybody, []string{"/staff/clients/import", "/staff/clients/import/:id"}, (*seat).importClients},
		{"say who sees a client", leads, []string{client + "/team"}, (*seat).assign},

		{"hand over a packet", everybody, []string{"/staff/documents/new"}, (*seat).handOver},
		{"make a new code or link", everybody, []string{doc + "/reissue"}, (*seat).reissue},
		{"give more time", everybody, []string{doc + "/extend"}, (*seat).extend},
		{"send by email and text message, and read the code out", everybody, []string{doc + "/code"}, (*seat).sendBoth},
		{"send again what was refused", everybody, []string{doc + "/messages/:message/retry"}, (*seat).sendAgain},
		{"revoke a document", readers, []string{doc + "/revoke"}, (*seat).revoke},
		{"deal with a client who has no code", everybody, []string{doc + "/settle"}, (*seat).settle},
		{"open a declined document again", everybody, []string{doc + "/reopen"}, (*seat).reopen},
		{"keep a paper form, and ask again", everybody, []string{client + "/paper"}, (*seat).paperAndAgain},
		{"record that a consent was taken back", everybody, []string{doc + "/withdraw"}, (*seat).withdraw},
		{"file a document", everybody, []string{doc + "/file"}, (*seat).file},
		{"write down that the notice was refused", everybody, []string{client + "/notice"}, (*seat).refuseNotice},
		{"read answers, and take the PDF", readers, nil, (*seat).read},
		{"take several documents away", leads, []string{"/staff/documents/zip"}, (*seat).zip},

		{"make a template of a built-in one", leads, []string{"/staff/templates/edit", "/staff/templates/preview", version + "/retire"}, (*seat).makeTemplate},
		{"bring a template in, and discard it", leads, []string{"/staff/templates/import", version + "/discard"}, (*seat).importTemplate},

		{"follow the activity", leads, nil, (*seat).activity},
		{"change the settings", directors, []string{"/staff/settings", "/staff/settings/logo", "/staff/settings/logo/remove"}, (*seat).settings},
		{"change when and how messages go out", directors, []string{"/staff/settings/messages", "/staff/settings/messages/:kind/:channel/:language"}, (*seat).messages},
		{"make an API key, and revoke it", directors, []string{"/staff/settings/keys", "/staff/settings/keys/:id/revoke"}, (*seat).apiKeys},
		{"make a recovery kit", directors, []string{"/staff/kit/new", "/staff/kit"}, (*seat).makeKit},
		{"invite a colleague, change, reset and remove them", directors, []string{"/staff/team", "/staff/invitation/:token", "/staff/team/:id/approve", "/staff/team/:id", "/staff/team/:id/reset", "/staff/team/:id/remove"}, (*seat).team},
		{"change the practice's key", directors, []string{"/staff/settings/practice-key", "/staff/settings/practice-key/step"}, (*seat).changeKey},

		{lastLook, everybody, []string{"/staff/account/passphrase", "/staff/confirm"}, (*seat).changePassphrase},
		{"turn the second factor on, sign in with it, and turn it off", everybody, []string{"/staff/account/second-factor", "/staff/sign-in/code", "/staff/account/second-factor/off"}, (*seat).secondFactor},
		{"end another session, and forget a browser", everybody, []string{"/staff/account/sessions/:id/end", "/staff/account/devices/:id/end"}, (*seat).places},
		{"sign out", everybody, []string{"/staff/sign-out"}, (*seat).signOut},
		{"sign out everywhere", everybody, []string{"/staff/account/sign-out-everywhere"}, (*seat).signOutEverywhere},
	}
}

// lastLook is the first task that ends the role's other sessions.
const lastLook = "change the passphrase"
