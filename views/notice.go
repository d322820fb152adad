package views

// A SigningNotice is what a signer is told about signing electronically. Its
// version is named in the PDF, so a version's words never change: write a new
// one instead.
type SigningNotice struct {
	Version    string
	Paragraphs []string
}

// CurrentSigningNotice returns the newest notice in a language. copyDays is for
// how long the link opens the signed copy; 0 is until the session ends. The
// three promises (paper, a copy, withdrawal) are those of 15 U.S.C. 7001(c).
func CurrentSigningNotice(language string, p Practice, copyDays int) SigningNotice {
	w := Words(language)
	keep := w.Say("You can save your signed copy as soon as you have sent it. Ask the practice for another copy at any time.")
	if copyDays > 0 {
		keep = w.Say("You can save your signed copy with the same link and code for %d days. Ask the practice for another copy at any time.", copyDays)
	}
	call := p.Name
	if p.Phone != "" {
		call = w.Say("%s on %s", p.Name, p.Phone)
	}
	return SigningNotice{
		Version: "2026-11",
		Paragraphs: []string{
			w.Say("Signing here has the same standing as signing on paper. You do not have to sign electronically: call %s to have this on paper instead, at no cost.", call),
			keep,
			w.Say("You can change your mind about signing electronically until you press the button below. After that, tell the practice if you want to withdraw what you agreed to; withdrawing does not undo what was done before."),
			w.Say("You need a web browser and a way to open PDF files. The practice keeps the signed document together with the time, your browser and your network address."),
		},
	}
}
