package views

import "fmt"

// A SigningNotice is what a signer is told about signing electronically. Its
// version is named in the PDF, so a version's words never change: write a new
// one instead.
type SigningNotice struct {
	Version    string
	Paragraphs []string
}

// CurrentSigningNotice returns the newest notice. copyDays is for how long the
// link opens the signed copy; 0 is until the session ends. The three promises
// (paper, a copy, withdrawal) are those of 15 U.S.C. 7001(c).
func CurrentSigningNotice(p Practice, copyDays int) SigningNotice {
	keep := "You can save your signed copy as soon as you have sent it. Ask the practice for another copy at any time."
	if copyDays > 0 {
		keep = fmt.Sprintf("You can save your signed copy with the same link and code for %d days. Ask the practice for another copy at any time.", copyDays)
	}
	call := p.Name
	if p.Phone != "" {
		call += " on " + p.Phone
	}
	return SigningNotice{
		Version: "2026-11",
		Paragraphs: []string{
			"Signing here has the same standing as signing on paper. You do not have to sign electronically: call " + call + " to have this on paper instead, at no cost.",
			keep,
			"You can change your mind about signing electronically until you press the button below. After that, tell the practice if you want to withdraw what you agreed to; withdrawing does not undo what was done before.",
			"You need a web browser and a way to open PDF files. The practice keeps the signed document together with the time, your browser and your network address.",
		},
	}
}
